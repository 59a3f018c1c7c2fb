import { UNSEEN } from '../schema.ts'
import { encoded } from './presign.ts'

/** What a file is called in its key, where it only helps whoever looks: letters, digits, `.`, `_`, `-`. The end stays, with its extension. */
export function nameInKey(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '')
  return (
    plain
      .replace(/[^\w.-]+/g, '-')
      .slice(-100)
      .replace(/^[^a-z0-9]+/i, '') || 'file'
  )
}

/** What no file system takes in a name, or takes for a path, and what hides how a name ends. */
const UNSAFE = new RegExp(`${UNSEEN.source}|[/\\\\:*?"<>|]`, 'gu')
const NAME_LENGTH = 150

const safe = (name: string) =>
  [...name.replace(UNSAFE, '_')]
    .slice(-NAME_LENGTH)
    .join('')
    .replace(/^[\s.]+|[\s.]+$/g, '') || 'file'

/** `Content-Disposition` (RFC 6266, RFC 8187) by which a browser saves the file under this name, and never shows or runs it. */
export function attachment(fileName: string): string {
  const name = safe(fileName)
  return `attachment; filename="${name.replace(/[^\x20-\x7e]|%/g, '_')}"; filename*=UTF-8''${encoded(name)}`
}
