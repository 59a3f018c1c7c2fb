import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'

/** A request to an address that somebody typed in, under rules that say where it may go. `outbound.ts` has the product's. */

/** Why a request was not made, or its answer not taken. */
export type RefusedBecause = 'url' | 'address' | 'redirects' | 'size' | 'time' | 'network'

export class Refused extends Error {
  readonly because: RefusedBecause
  constructor(because: RefusedBecause, message: string, cause?: unknown) {
    super(message, { cause })
    this.because = because
  }
}

export interface OutboundRequest {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
}

export interface OutboundLimits {
  /** For everything together: names, connections, redirects, the answer's last byte. */
  timeoutMs: number
  maxBytes: number
  maxRedirects: number
}

export interface OutboundAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
  /** Where the answer came from, after redirects. */
  url: string
}

/** What decides where a request may go. */
export interface OutboundRules {
  resolve: (host: string) => Promise<string[]>
  isAllowed: (address: string) => boolean
  allowHttp: boolean
}

const LIMITS: OutboundLimits = { timeoutMs: 10_000, maxBytes: 1_000_000, maxRedirects: 3 }

const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** What a redirect to another origin may keep; everything else may be a credential, whatever it is called. */
const HARMLESS = new Set(['accept', 'accept-language', 'content-type', 'user-agent'])
/** These say how the message is framed or whom it is for; a caller who set them could make two requests of one. */
const OURS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'te', 'trailer'])

function vettedUrl(text: string, { allowHttp }: OutboundRules): URL {
  const url = URL.parse(text)
  if (!url) throw new Refused('url', 'This is no URL.')
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) throw new Refused('url', 'Only https:// addresses are called.')
  if (url.username || url.password) throw new Refused('url', 'A URL must not hold a name or a password.')
  return url
}

/** One address of the host, all of which are allowed: a name that also leads inside is refused whole. */
async function vettedAddress({ hostname }: URL, { resolve, isAllowed }: OutboundRules): Promise<string> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [host] : await resolve(host)
  const [first] = addresses
  if (first === undefined) throw new Refused('network', 'The host has no address.')
  if (!addresses.every(isAllowed)) throw new Refused('address', 'The host is not on the public internet.')
  return first
}

/** Answers with what was vetted, so that a name that changes meanwhile (DNS rebinding) leads nowhere else. */
const pinnedTo =
  (address: string): LookupFunction =>
  (_host, options, done) =>
    options.all ? done(null, [{ address, family: isIP(address) }]) : done(null, address, isIP(address))

type Hop = { url: URL; request: OutboundRequest }

const send = ({ url, request }: Hop, address: string, { maxBytes }: OutboundLimits, signal: AbortSignal): Promise<OutboundAnswer> =>
  new Promise((resolve, reject) => {
    const headers = Object.fromEntries(Object.entries(request.headers ?? {}).filter(([name]) => !OURS.has(name.toLowerCase())))
    const options = { method: request.method ?? 'GET', headers, signal, lookup: pinnedTo(address), agent: false as const }
    const begin = url.protocol === 'https:' ? requestHttps : requestHttp
    const outgoing = begin(url, options, (incoming) => {
      const chunks: Buffer[] = []
      let bytes = 0
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= maxBytes) return void chunks.push(chunk)
        // At once: the end of an answer that came in one piece is told all the same.
        reject(new Refused('size', `The answer is longer than ${maxBytes} bytes.`))
        outgoing.destroy()
      })
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks), url: url.href }),
      )
      incoming.on('error', reject)
      incoming.on('close', () => reject(new Refused('network', 'The answer broke off.')))
    })
    outgoing.on('error', reject)
    outgoing.end(request.body)
  })

/** Where a redirect leads, and with what: RFC 9110's method rules, and no credentials to another origin. */
function followed({ url, request }: Hop, status: number, location: string, rules: OutboundRules): Hop {
  const next = vettedUrl(URL.parse(location, url.href)?.href ?? location, rules)
  const { method = 'GET', body, headers = {} } = request
  const toGet = status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST'
  const isKept = (name: string) => next.origin === url.origin || HARMLESS.has(name.toLowerCase())
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name)))
  if (toGet) return { url: next, request: { method: 'GET', headers: kept } }
  return { url: next, request: { method, headers: kept, ...(body === undefined ? {} : { body }) } }
}

/** Gives up waiting for a name when time is over; a resolver takes no signal. */
const within = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return Promise.race([work, promise])
}

function refusalOf(error: unknown, signal: AbortSignal, { timeoutMs }: OutboundLimits): Refused {
  if (error instanceof Refused) return error
  if (signal.aborted) return new Refused('time', `There was no whole answer within ${timeoutMs} ms.`, error)
  return new Refused('network', 'The host could not be reached.', error)
}

/** Calls where the rules allow, after redirects too, within limits of size and time. Throws `Refused`. Any status is an answer. */
export async function callUnder(
  law: OutboundRules,
  url: string,
  request: OutboundRequest,
  limits: Partial<OutboundLimits>,
): Promise<OutboundAnswer> {
  const bounds = { ...LIMITS, ...limits }
  const signal = AbortSignal.timeout(bounds.timeoutMs)
  try {
    let hop: Hop = { url: vettedUrl(url, law), request }
    for (let redirects = 0; ; redirects++) {
      const address = await within(signal, vettedAddress(hop.url, law))
      const answer = await send(hop, address, bounds, signal)
      const { location } = answer.headers
      if (!REDIRECTS.has(answer.status) || typeof location !== 'string') return answer
      if (redirects >= bounds.maxRedirects) throw new Refused('redirects', `There were more than ${bounds.maxRedirects} redirects.`)
      hop = followed(hop, answer.status, location, law)
    }
  } catch (error) {
    throw refusalOf(error, signal, bounds)
  }
}
