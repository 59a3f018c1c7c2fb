import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'

/** Signed notes of C2SP (`signed-note`): a text, and below it a line for each signature. Of signatures, Ed25519 (type 0x01). */

const ED25519 = 0x01
const KEY_BYTES = 32
const ID_BYTES = 4
const SIGNATURE_BYTES = 64
/** What stands before the 32 bytes of a public key in a SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** The bytes of a text in base64, in the one way of writing them. Throws for anything else. */
export function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new Error(`${JSON.stringify(text.slice(0, 80))} is no base64.`)
  return bytes
}

export const toBase64 = base64

/** Who signs, and by which key it is known. */
export interface Verifier {
  name: string
  /** The four bytes by which a signature names its key. */
  id: Uint8Array
  key: KeyObject
}

const idOf = (name: string, key: Uint8Array) =>
  createHash('sha256').update(`${name}\n`).update(Uint8Array.of(ED25519)).update(key).digest().subarray(0, ID_BYTES)

/** The 32 bytes of a public key. */
export function rawKey(spki: Uint8Array): Uint8Array {
  const raw = spki.subarray(SPKI_PREFIX.length)
  if (raw.length === KEY_BYTES && SPKI_PREFIX.equals(spki.subarray(0, SPKI_PREFIX.length))) return raw
  throw new Error('This is no public key of Ed25519.')
}

const isName = (name: string) => /^[^\s+]+$/u.test(name)

/** A key as people pass it on: `name+6e340b9c+AQ…`. */
export function verifierKey(name: string, raw: Uint8Array): string {
  if (!isName(name)) throw new Error(`${JSON.stringify(name)} names no key: it takes characters other than spaces and plus signs.`)
  return `${name}+${Buffer.from(idOf(name, raw)).toString('hex')}+${base64(Uint8Array.of(ED25519, ...raw))}`
}

/** Throws for what is no key of Ed25519 in that form. */
export function readVerifier(text: string): Verifier {
  const [name = '', id = '', ...rest] = text.trim().split('+')
  const key = fromBase64(rest.join('+'))
  const raw = key.subarray(1)
  if (!isName(name) || key[0] !== ED25519 || raw.length !== KEY_BYTES) throw new Error('This is no key: it reads name+id+key, of Ed25519.')
  const expected = idOf(name, raw)
  if (expected.toString('hex') !== id) throw new Error(`The key of ${name} does not have the id ${id}: a character of it was changed.`)
  return { name, id: expected, key: createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' }) }
}

/** The note of a text, which ends with a line break, and of the signature over it. */
export const signedNote = (text: string, { name, id }: Pick<Verifier, 'name' | 'id'>, signature: Uint8Array): string =>
  `${text}\n— ${name} ${base64(Buffer.concat([id, signature]))}\n`

/** The text of a note that somebody signed. Throws where they did not. */
export function openNote(note: string, { name, id, key }: Verifier): string {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) throw new Error('This is no signed note: it has no line of a signature.')
  const text = note.slice(0, end + 1)
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, signer, coded] = /^— (\S+) (\S+)$/.exec(line) ?? []
    if (coded === undefined) throw new Error(`${JSON.stringify(line)} is no line of a signature.`)
    const bytes = fromBase64(coded)
    if (signer !== name || !bytes.subarray(0, ID_BYTES).equals(id)) continue
    const signature = bytes.subarray(ID_BYTES)
    if (signature.length === SIGNATURE_BYTES && verify(null, Buffer.from(text), key, signature)) return text
    throw new Error(`The signature of ${name} is not of this text.`)
  }
  throw new Error(`${name} did not sign this.`)
}
