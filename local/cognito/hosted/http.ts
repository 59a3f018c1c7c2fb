import type { IncomingMessage, ServerResponse } from 'node:http'

/** One request of the hosted pages, read whole. */
export interface Visit {
  method: string
  path: string
  query: URLSearchParams
  form: URLSearchParams
  headers: Record<string, string>
  cookies: Record<string, string>
}

export interface Answer {
  status: number
  headers?: Record<string, string | string[]>
  body?: string
}

const LARGEST_BODY = 65_536

/** Reads a request; undefined when its body is larger than any form here can be. */
export async function readVisit(request: IncomingMessage): Promise<Visit | undefined> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const body = await readBody(request)
  if (body === undefined) return undefined
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    form: new URLSearchParams(isForm ? body : ''),
    headers,
    cookies: readCookies(headers.cookie ?? ''),
  }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > LARGEST_BODY) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function readCookies(header: string): Record<string, string> {
  const pairs = header.split(';').map((part) => part.trim().split('='))
  return Object.fromEntries(pairs.map(([name = '', ...value]) => [name, value.join('=')]))
}

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', ...headers })
  response.end(body)
}

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...CORS, ...headers },
  body: JSON.stringify(value),
})

/** The endpoints for programs carry no cookie, so any origin may call them. */
export const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, x-amz-user-agent',
}

export const redirect = (location: string, cookies: string[] = []): Answer => ({
  status: 303,
  headers: { location, 'referrer-policy': 'same-origin', ...(cookies.length ? { 'set-cookie': cookies } : {}) },
})

/** A cookie that scripts cannot read and other sites' forms do not send. No `Secure`: the local stack speaks plain http. */
export const cookie = (name: string, value: string, seconds: number): string =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`

/** An address with further query parameters, the undefined ones left out. */
export function withQuery(address: string, parameters: Record<string, string | undefined>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}
