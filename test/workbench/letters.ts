import type { AwsRequest } from '../../local/types.ts'

export interface Sent {
  to: string
  subject: string
  text: string
  html: string
}

/** The mails that were given to SES, the oldest first. */
export const sentBy = ({ mails }: { mails: AwsRequest[] }): Sent[] =>
  mails.map(({ body }) => {
    const { Destination, Content } = JSON.parse(body.toString())
    const { Subject, Body } = Content.Simple
    return { to: Destination.ToAddresses[0], subject: Subject.Data, text: Body.Text.Data, html: Body.Html.Data }
  })
