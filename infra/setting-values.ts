import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import * as z from 'zod'

/** What a setting may be. The command line gives every value as text, cdk.json as what it is. */

export const flag = z.union([z.boolean(), z.stringbool()], 'Must be true or false')

export const positive = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], 'Must be a whole number above 0')
  .pipe(z.int('Must be a whole number above 0').positive('Must be a whole number above 0'))

/** CloudWatch Logs refuses every other number, after minutes of deployment. */
const retentions = Object.values(RetentionDays).filter((days) => typeof days === 'number' && days !== RetentionDays.INFINITE)
export const retentionDays = positive.refine((days) => retentions.includes(days), {
  error: `CloudWatch Logs keeps for one of these numbers of days: ${retentions.join(', ')}`,
})

const withoutSlash = (url: string) => url.replace(/\/$/, '')

export const webAddress = z.url({ protocol: /^https?$/, error: 'Must be an address like https://app.example.com' }).transform(withoutSlash)

const isLocal = ({ hostname }: URL) => hostname === 'localhost' || hostname === '127.0.0.1'

/** As Cognito wants it: https, an app's own scheme, or this machine; without a fragment. */
export const callbackUrl = z.string().refine(
  (text) => {
    const url = URL.parse(text)
    return url !== null && url.hash === '' && (url.protocol !== 'http:' || isLocal(url))
  },
  { error: 'Must be an address to return to, with https unless it is on localhost' },
)

/** As a browser sends it: CORS compares letter by letter. */
export const origin = z.string().refine((text) => /^https?:/.test(text) && URL.parse(text)?.origin === text, {
  error: 'Must be an origin like https://app.example.com, without a path',
})

export const listOf = <T extends z.ZodType<string, string>>(entry: T) =>
  z
    .union([
      z.array(z.string()),
      z.string().transform((text) =>
        text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      ),
    ])
    .pipe(z.array(entry))

/** The address of `Name <mailbox@domain>`, or the whole text. */
export const addressOf = (mailFrom: string) => /^[^<>]*<([^<>]+)>$/.exec(mailFrom)?.[1] ?? mailFrom

/** Also what SES would take apart otherwise: no line break, and a mailbox with a whole domain. */
export const sender = z
  .string()
  .regex(/^[^\r\n]*$/, 'Must be one line')
  .refine((text) => z.email().safeParse(addressOf(text)).success, { error: 'Must be like Tessera <no-reply@example.com>' })

/**
 * What X-Ray sees: requests whose caller traces them already, or of each function also one a second and 5 % of the rest, which Lambda fixes.
 * A trace is $5 a million, so that a function called less than once a second pays more for its traces than for all else.
 */
export const tracing = z.enum(['passive', 'sampled'], 'Must be passive or sampled').default('passive')
