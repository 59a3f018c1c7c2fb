import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'

export const logger = new Logger({ serviceName: process.env.TESSERA_FUNCTION ?? 'tessera' })
export const metrics = new Metrics({ namespace: 'Tessera', serviceName: process.env.TESSERA_FUNCTION ?? 'tessera' })
export { MetricUnit }

// Without slashes, so that the paths in a stack (`node_modules/@scope/…`) stay readable; bounded, so that no text takes long.
const MAIL = /[^\s@<>"'/]{1,64}@[^\s@<>"'/]{1,190}\.[^\s@<>"'/.]{1,63}/g
const PHONE = /\+[1-9]\d{6,14}\b/g

/** Personal data as logs may hold it: `ada@example.com` becomes `a***@e***`, `+6421123456` becomes `+64***`. */
export const masked = (text: string) =>
  text
    .replace(MAIL, (mail) => `${mail[0]}***@${mail.slice(mail.indexOf('@') + 1, mail.indexOf('@') + 2)}***`)
    .replace(PHONE, (phone) => `${phone.slice(0, 3)}***`)

const MAX_CAUSES = 5

/** An error as the log may hold it: name, masked message, stack and causes; never the values that led to it. */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: masked(String(error)) }
  return {
    name: error.name,
    message: masked(error.message),
    stack: masked(error.stack ?? ''),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describeError(error.cause, depth + 1) }),
  }
}
