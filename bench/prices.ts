/**
 * What AWS asks in us-east-1, beyond any free tier, in dollars: its public price lists, without what changes with the amount. Other regions ask up to a third
 * more. Change them here, then `npm run costs`.
 */
export const prices = {
  region: 'us-east-1',
  /** A million requests to an HTTP API, of the first 300 million a month. */
  apiRequests: 1,
  /** A million invocations of a function. */
  invocations: 0.2,
  /** A GB-second on arm64. */
  gigabyteSecond: 0.0000133334,
  /** A million units of a table on demand. */
  readUnits: 0.125,
  writeUnits: 0.625,
  /** A gigabyte taken in by CloudWatch Logs, and what it adds to each line. */
  logGigabyte: 0.5,
  logLineBytes: 26,
  /** A million events of up to 64 KB on a bus of one's own. */
  events: 1,
  /** A million requests to a queue. */
  queueRequests: 0.4,
  /** A million traces recorded, and a million mails. */
  traces: 5,
  mails: 100,
} as const
