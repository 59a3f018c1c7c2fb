import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { join } from 'node:path'
import { holdsAddress } from './addresses.ts'
import type { Mail, Mailbox } from './mailbox.ts'

interface Reply {
  status: number
  type?: string
  body?: string
  headers?: Record<string, string>
}

const file = (name: string): string => readFileSync(join(import.meta.dirname, 'page', name), 'utf8')

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
/** A mail's HTML may style itself and show pictures it carries; it runs nothing and loads nothing. Its links open in a new tab. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'"

const page: Record<string, Reply> = {
  '/': { status: 200, type: 'text/html', body: file('inbox.html'), headers: { 'content-security-policy': PAGE_POLICY } },
  '/inbox.css': { status: 200, type: 'text/css', body: file('inbox.css') },
  '/inbox.js': { status: 200, type: 'text/javascript', body: file('inbox.js') },
}

/** The inbox page and its JSON, on the local machine only. */
export function createInbox(mailbox: Mailbox): Server {
  return createServer((request, response) => {
    const { status, type, body = '', headers } = answer(mailbox, request)
    response.writeHead(status, {
      ...(type ? { 'content-type': `${type}; charset=utf-8` } : {}),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      vary: 'Origin',
      ...allowedOrigin(request),
      ...headers,
    })
    response.end(request.method === 'HEAD' ? '' : body)
  })
}

function answer(mailbox: Mailbox, request: IncomingMessage): Reply {
  // A foreign page could otherwise reach the inbox by a host name of its own that resolves to this machine.
  if (!isLocal(`http://${request.headers.host}`)) return json(403, { error: 'The inbox answers to localhost only.' })
  const { origin } = request.headers
  if (origin !== undefined && !isLocal(origin)) return json(403, { error: 'Only pages of this machine may read the inbox.' })
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const [, collection, id, part] = pathname.split('/')
  if (request.method === 'OPTIONS')
    return { status: 204, headers: { 'access-control-allow-methods': 'GET, DELETE', 'access-control-allow-headers': '*' } }
  if (collection === 'messages' && id === undefined) return messages(mailbox, request, searchParams.get('to'))
  if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { error: 'Use GET.' }, { allow: 'GET, HEAD' })
  if (collection === 'messages') return message(mailbox.find(id ?? ''), part)
  return page[pathname] ?? json(404, { error: 'There is nothing here. The inbox is at /.' })
}

function messages(mailbox: Mailbox, request: IncomingMessage, to: string | null): Reply {
  if (request.method === 'DELETE') {
    mailbox.clear()
    return { status: 204 }
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return json(405, { error: 'Use GET or DELETE.' }, { allow: 'GET, HEAD, DELETE' })
  const found = mailbox.all().filter((mail) => to === null || holdsAddress([mail.to, mail.cc, mail.bcc], to))
  const etag = `"${found.length}-${found[0]?.id ?? ''}"`
  return request.headers['if-none-match'] === etag ? { status: 304, headers: { etag } } : json(200, found, { etag })
}

function message(mail: Mail | undefined, part: string | undefined): Reply {
  if (mail && part === undefined) return json(200, mail)
  if (mail && part === 'html') {
    const body = `<!doctype html><meta charset="utf-8"><base target="_blank">${mail.html}`
    return { status: 200, type: 'text/html', body, headers: { 'content-security-policy': MAIL_POLICY } }
  }
  return json(404, { error: 'There is no such mail.' })
}

const json = (status: number, value: unknown, headers: Record<string, string> = {}): Reply => {
  return { status, type: 'application/json', body: JSON.stringify(value), headers }
}

function allowedOrigin({ headers: { origin } }: IncomingMessage): Record<string, string> {
  return origin !== undefined && isLocal(origin) ? { 'access-control-allow-origin': origin } : {}
}

function isLocal(origin: string): boolean {
  const { hostname } = URL.parse(origin) ?? { hostname: '' }
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) || hostname.endsWith('.localhost')
}
