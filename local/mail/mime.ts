export interface ParsedMail {
  /** By lower-case name; encoded words are decoded. */
  headers: Map<string, string>
  text: string
  html: string
}

/** Reads a raw mail (RFC 5322, MIME): its headers, and the first text and HTML part found in it. Attachments are passed over. */
export function parseMail(raw: Buffer): ParsedMail {
  const { headers, body } = split(raw.toString('latin1'))
  const found = { text: '', html: '' }
  collect(headers, body, found)
  return { headers: new Map([...headers].map(([name, value]) => [name, decodeWords(value)])), ...found }
}

function split(content: string): { headers: Map<string, string>; body: string } {
  const end = /\r?\n\r?\n/.exec(content)
  const head = content.slice(0, end?.index ?? content.length).replace(/\r?\n[ \t]+/g, ' ')
  const lines = head.split(/\r?\n/).map((line) => /^([^:\s]+):\s*(.*)$/.exec(line) ?? [])
  const headers = new Map(lines.flatMap(([, name, value]) => (name === undefined ? [] : [[name.toLowerCase(), value ?? '']])))
  return { headers, body: end ? content.slice(end.index + end[0].length) : '' }
}

function collect(headers: Map<string, string>, body: string, found: { text: string; html: string }): void {
  const type = headers.get('content-type') ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (/^multipart\//i.test(type) && boundary !== undefined) {
    for (const part of partsOf(body, boundary)) {
      const inner = split(part)
      collect(inner.headers, inner.body, found)
    }
    return
  }
  const kind = /^text\/html/i.test(type) ? 'html' : /^text\/plain/i.test(type) ? 'text' : undefined
  if (kind === undefined || found[kind] !== '' || /^attachment/i.test(headers.get('content-disposition') ?? '')) return
  const bytes = decodeTransfer(body, headers.get('content-transfer-encoding') ?? '7bit')
  found[kind] = decodeCharset(bytes, /charset="?([\w-]+)"?/i.exec(type)?.[1] ?? 'utf-8')
}

function partsOf(body: string, boundary: string): string[] {
  const [, ...parts] = `\n${body}`.split(`\n--${boundary}`)
  return parts.filter((part) => !part.startsWith('--')).map((part) => part.replace(/^[ \t]*\r?\n/, '').replace(/\r$/, ''))
}

function decodeTransfer(body: string, encoding: string): Buffer {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64')
  if (/quoted-printable/i.test(encoding)) return unquote(body.replace(/=[ \t]*\r?\n/g, ''))
  return Buffer.from(body, 'latin1')
}

const unquote = (content: string): Buffer =>
  Buffer.from(
    content.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

/** RFC 2047: `=?utf-8?B?…?=` and `=?utf-8?Q?…?=`; white space between two of them is no part of the text. */
function decodeWords(value: string): string {
  const raw = decodeCharset(Buffer.from(value, 'latin1'), 'utf-8').replace(/(\?=)\s+(=\?)/g, '$1$2')
  return raw.replace(/=\?([\w-]+)\?([BbQq])\?([^?]*)\?=/g, (_, charset: string, encoding: string, content: string) => {
    const bytes = encoding.toUpperCase() === 'B' ? Buffer.from(content, 'base64') : unquote(content.replaceAll('_', ' '))
    return decodeCharset(bytes, charset)
  })
}

function decodeCharset(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}
