/** What goes back to the client. */
export interface HttpResponse {
  status: number
  headers: Record<string, string>
  cookies: string[]
  body: Buffer
}

/** What API Gateway says by itself. */
export function gatewayMessage(status: number, message: string, headers: Record<string, string> = {}): HttpResponse {
  const body = Buffer.from(JSON.stringify({ message }))
  return { status, headers: { 'content-type': 'application/json', ...headers }, cookies: [], body }
}

/** Headers that belong to the connection, or that the server works out itself. */
const notForwarded = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade'])

/**
 * Reads a function's answer in payload format 2.0: an object with a `statusCode` says all itself; anything else is the JSON
 * body of a 200. Throws when the answer cannot be read, for which API Gateway answers 500.
 */
export function readAnswer(answer: unknown): HttpResponse {
  if (answer === null || typeof answer !== 'object' || !('statusCode' in answer)) {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(text) }
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer as Record<string, unknown>
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599) throw new Error(`statusCode is ${JSON.stringify(statusCode)}`)
  if (body !== undefined && body !== null && typeof body !== 'string') throw new Error('body is not a string')
  if (cookies !== undefined && !Array.isArray(cookies)) throw new Error('cookies is not a list')
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...readHeaders(headers) },
    cookies: (cookies ?? []).map(String),
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  }
}

function readHeaders(headers: unknown): Record<string, string> {
  if (headers === undefined || headers === null) return {}
  if (typeof headers !== 'object' || Array.isArray(headers)) throw new Error('headers is not an object')
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const)
  return Object.fromEntries(entries.filter(([name]) => !notForwarded.has(name)))
}
