import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { config } from './config.ts'
import type { Mail } from './mail/letter.ts'

let client: SESv2Client | undefined

const part = (Data: string) => ({ Data, Charset: 'UTF-8' })

/** Hands a mail to SES and gives SES's id of it. Needs `ses:SendEmail`. */
export async function sendMail({ to, subject, text, html }: Mail & { to: string }): Promise<string> {
  client ??= new SESv2Client({})
  const { MessageId } = await client.send(
    new SendEmailCommand({
      FromEmailAddress: config.mailFrom,
      Destination: { ToAddresses: [to] },
      Content: { Simple: { Subject: part(subject), Body: { Text: part(text), Html: part(html) } } },
    }),
  )
  return MessageId ?? ''
}
