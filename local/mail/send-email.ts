import { AwsError } from '../types.ts'
import { addressList, bareAddress } from './addresses.ts'
import type { Mail } from './mailbox.ts'
import { type ParsedMail, parseMail } from './mime.ts'

/** The body of SESv2 `SendEmail`, as far as it is answered here. */
export interface SendEmailInput {
  FromEmailAddress?: string
  Destination?: { ToAddresses?: string[]; CcAddresses?: string[]; BccAddresses?: string[] }
  ReplyToAddresses?: string[]
  Content?: {
    Simple?: { Subject?: { Data?: string }; Body?: { Text?: { Data?: string }; Html?: { Data?: string } } }
    Raw?: { Data?: string }
  }
  ConfigurationSetName?: string
}

const MOST_RECIPIENTS = 50

/** The sender as given: `FromEmailAddress`, or the `From` header of a raw mail. */
export function senderOf(input: SendEmailInput): string {
  const sender = input.FromEmailAddress ?? rawOf(input)?.headers.get('from')
  if (sender === undefined || sender === '') throw new AwsError('BadRequestException', 'FromEmailAddress is required.')
  return sender
}

/** Everybody the mail goes to, as given. */
export function recipientsOf(input: SendEmailInput): string[] {
  const { to, cc, bcc } = destinationOf(input, rawOf(input))
  return [...to, ...cc, ...bcc]
}

/** The mail to keep; throws what SES answers to one it cannot send. */
export function composed(input: SendEmailInput): Omit<Mail, 'id' | 'date'> {
  const raw = rawOf(input)
  const { to, cc, bcc } = destinationOf(input, raw)
  const count = to.length + cc.length + bcc.length
  if (count === 0) throw new AwsError('BadRequestException', 'Must have at least one recipient.')
  if (count > MOST_RECIPIENTS) throw new AwsError('BadRequestException', `Recipient count exceeds ${MOST_RECIPIENTS}.`)
  for (const address of [...to, ...cc, ...bcc]) bareAddress(address)
  const replyTo = input.ReplyToAddresses?.join(', ') ?? raw?.headers.get('reply-to') ?? ''
  return {
    to: (to.length > 0 ? to : [...cc, ...bcc]).join(', '),
    from: senderOf(input),
    ...contentOf(input, raw),
    ...(cc.length > 0 ? { cc: cc.join(', ') } : {}),
    ...(bcc.length > 0 ? { bcc: bcc.join(', ') } : {}),
    ...(replyTo === '' ? {} : { replyTo }),
  }
}

function contentOf({ Content }: SendEmailInput, raw: ParsedMail | undefined): Pick<Mail, 'subject' | 'text' | 'html'> {
  if (raw) return { subject: raw.headers.get('subject') ?? '', text: raw.text, html: raw.html }
  const simple = Content?.Simple
  if (!simple) throw new AwsError('BadRequestException', 'The local stack sends Simple and Raw content, no templates.')
  const { Subject, Body } = simple
  if (Subject?.Data === undefined) throw new AwsError('BadRequestException', 'Subject is required.')
  if (Body?.Text?.Data === undefined && Body?.Html?.Data === undefined) throw new AwsError('BadRequestException', 'Body is required.')
  return { subject: Subject.Data, text: Body.Text?.Data ?? '', html: Body.Html?.Data ?? '' }
}

function destinationOf({ Destination }: SendEmailInput, raw: ParsedMail | undefined): { to: string[]; cc: string[]; bcc: string[] } {
  const header = (name: string) => addressList(Destination ? undefined : raw?.headers.get(name))
  return {
    to: Destination?.ToAddresses ?? header('to'),
    cc: Destination?.CcAddresses ?? header('cc'),
    bcc: Destination?.BccAddresses ?? header('bcc'),
  }
}

const rawOf = ({ Content }: SendEmailInput): ParsedMail | undefined =>
  Content?.Raw?.Data === undefined ? undefined : parseMail(Buffer.from(Content.Raw.Data, 'base64'))
