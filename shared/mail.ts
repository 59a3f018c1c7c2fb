import type { SendEmailRequest, SendEmailResponse } from '@aws-sdk/client-sesv2'
import { callAws } from './aws-call.ts'
import { config } from './config.ts'
import type { Mail } from './mail/letter.ts'

const part = (Data: string) => ({ Data, Charset: 'UTF-8' })

/** Hands a mail to SES, in the types of the SDK (of its client nothing is loaded), and gives SES's id of it. Needs `ses:SendEmail`. */
export async function sendMail({ to, subject, text, html }: Mail & { to: string }): Promise<string> {
  const mail: SendEmailRequest = {
    FromEmailAddress: config.mailFrom,
    Destination: { ToAddresses: [to] },
    Content: { Simple: { Subject: part(subject), Body: { Text: part(text), Html: part(html) } } },
  }
  const reply = await callAws({
    service: 'ses',
    host: 'email',
    variable: 'SESV2',
    path: '/v2/email/outbound-emails',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(mail),
  })
  const { MessageId = '' } = JSON.parse(reply) as SendEmailResponse
  return MessageId
}
