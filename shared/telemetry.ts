type Fields = Record<string, unknown>

/** Names of CloudWatch. */
export const MetricUnit = { Seconds: 'Seconds', Count: 'Count' } as const
type Unit = (typeof MetricUnit)[keyof typeof MetricUnit]

const service = process.env.TESSERA_FUNCTION ?? 'tessera'
const NAMESPACE = 'Tessera'

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'] as const
type Level = (typeof LEVELS)[number]

const threshold = () => {
  const level = (process.env.TESSERA_LOG_LEVEL ?? 'INFO').toUpperCase()
  return LEVELS.includes(level as Level) ? LEVELS.indexOf(level as Level) : LEVELS.indexOf('INFO')
}

const isHeard = () => threshold() < LEVELS.indexOf('SILENT')

let isCold = true
let keys: Fields = {}

const asJson = (_: string, value: unknown) => {
  if (value instanceof Error) return describeError(value)
  return typeof value === 'bigint' ? String(value) : value
}

/** A line is never worth a request: what cannot be said in JSON is told by its message alone. */
function lineOf(fields: Fields): string {
  try {
    return JSON.stringify(fields, asJson)
  } catch (error) {
    return JSON.stringify({ level: fields.level, message: fields.message, timestamp: fields.timestamp, unsaid: describeError(error) })
  }
}

function write(level: Level, message: string, fields: Fields) {
  // A request that is not sampled leaves no trace to look for.
  const traceId = /Root=([^;]+).*;Sampled=1/.exec(process.env._X_AMZN_TRACE_ID ?? '')?.[1]
  const about = { level, message, timestamp: new Date().toISOString(), service, ...(traceId ? { xray_trace_id: traceId } : {}) }
  // Of the process and not of the console, which on Lambda puts a prefix before each line.
  process.stdout.write(`${lineOf({ ...about, ...(isCold ? { cold_start: true } : {}), ...keys, ...fields })}\n`)
  isCold = false
}

/** The metric of a request, until the line of the request takes it along. */
let riding: Fields | undefined

function log(level: Level, message: string, fields: Fields = {}) {
  const measured = riding
  riding = undefined
  const isSaid = LEVELS.indexOf(level) >= threshold()
  if (isSaid) write(level, message, { ...fields, ...measured })
  else if (measured && isHeard()) write('INFO', 'metrics', measured)
}

/** One line of JSON for each message, on the standard output. `error` values come as `describeError` gives them. */
export const logger = {
  info: (message: string, fields?: Fields) => log('INFO', message, fields),
  warn: (message: string, fields?: Fields) => log('WARN', message, fields),
  error: (message: string, fields?: Fields) => log('ERROR', message, fields),
  /** Drops the keys of the request before. */
  resetKeys() {
    keys = {}
  },
  /** Stand in every line until the next request. */
  appendKeys(more: Fields) {
    Object.assign(keys, more)
  },
}

interface Metric {
  name: string
  unit: Unit
  value: number
}

const directive = (names: readonly Pick<Metric, 'name' | 'unit'>[], dimensions: readonly string[]) => ({
  Namespace: NAMESPACE,
  Dimensions: [['service', ...dimensions]],
  Metrics: names.map(({ name, unit }) => ({ Name: name, Unit: unit })),
})

/** CloudWatch's embedded metric format: the fields of a line that are metrics, and those they are told apart by. */
function embedded(measured: readonly Metric[], dimensions: Record<string, string> = {}, more: readonly Metric[] = []): Fields {
  const directives = [directive(measured, Object.keys(dimensions)), ...(more.length > 0 ? [directive(more, [])] : [])]
  return {
    service,
    ...dimensions,
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: directives },
    ...Object.fromEntries([...measured, ...more].map(({ name, value }) => [name, value])),
  }
}

let stored: Metric[] = []

/** Metrics of one service; what a log level leaves out is not left out here. */
export const metrics = {
  addMetric(name: string, unit: Unit, value: number) {
    stored.push({ name, unit, value })
  },
  hasStoredMetrics: () => stored.length > 0,
  publishStoredMetrics() {
    const measured = stored
    stored = []
    if (measured.length > 0 && isHeard()) write('INFO', 'metrics', embedded(measured))
  },
  /** Goes with the next line, which is the request's own, and so does the metric of a cold start: a request is one line. */
  measureRequest(dimensions: Record<string, string>, durationSeconds: number) {
    const measured: Metric = { name: 'http_request_duration_seconds', unit: 'Seconds', value: durationSeconds }
    riding = embedded([measured], dimensions, isCold ? [{ name: 'ColdStart', unit: 'Count', value: 1 }] : [])
  },
}

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
