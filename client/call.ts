/** What every call takes beside its own input. */
export interface Options {
  /** The organization to act in; without it the token's. */
  organizationId?: string
  ifMatch?: string
  ifNoneMatch?: string
  headers?: Record<string, string>
}

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

/** An answer of the API with what its headers tell. */
export interface Answer<T> {
  data: T
  status: number
  headers: Headers
  etag: string | undefined
}

/** A refusal of the API: its stable code, its words for people, its details. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: Record<string, unknown>
  readonly requestId: string | undefined
  readonly headers: Headers
  constructor(status: number, headers: Headers, body: Record<string, unknown>) {
    super(String(body.error ?? body.message ?? `The API answered ${status}.`))
    this.status = status
    this.headers = headers
    this.code = String(body.code ?? '')
    this.details = (body.details ?? {}) as Record<string, unknown>
    this.requestId = body.requestId as string | undefined
  }
}

export interface CallOptions extends Options {
  params?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
  idempotencyKey?: string
}

export interface ClientOptions {
  /** `https://api.example.com` */
  baseUrl: string
  /** Asked before each call; nothing for public endpoints. */
  token?: () => string | undefined | Promise<string | undefined>
  fetch?: typeof fetch
  /** Sees every answer, for instance to log it. */
  onAnswer?: (call: { route: string; status: number; headers: Headers; body: unknown }) => void
}

function headersFor(options: CallOptions, token: string | undefined): Record<string, string> {
  return {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(options.organizationId ? { 'x-organization-id': options.organizationId } : {}),
    ...(options.ifMatch ? { 'if-match': options.ifMatch } : {}),
    ...(options.ifNoneMatch ? { 'if-none-match': options.ifNoneMatch } : {}),
    ...(options.idempotencyKey ? { 'idempotency-key': options.idempotencyKey } : {}),
    ...options.headers,
  }
}

function urlOf(base: string, path: string, { params = {}, query = {} }: CallOptions): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)]))).toString()
  return `${base.replace(/\/$/, '')}${filled}${search ? `?${search}` : ''}`
}

/** Sends one call. Throws `ApiError` for every answer from 400 on. */
export async function send(client: ClientOptions, method: string, path: string, options: CallOptions): Promise<Answer<unknown>> {
  const token = await client.token?.()
  const response = await (client.fetch ?? fetch)(urlOf(client.baseUrl, path, options), {
    method,
    headers: headersFor(options, token),
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  const body = text && isJson ? JSON.parse(text) : text
  client.onAnswer?.({ route: `${method} ${path}`, status: response.status, headers: response.headers, body })
  if (response.status >= 400) throw new ApiError(response.status, response.headers, typeof body === 'object' ? body : { error: text })
  const data = body?.meta ? { items: body.data, ...body.meta } : body?.success ? body.data : body || undefined
  return { data, status: response.status, headers: response.headers, etag: response.headers.get('etag') ?? undefined }
}
