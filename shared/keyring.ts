import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { callJson } from './aws-call.ts'
import { config } from './config.ts'
import { problem } from './errors.ts'

/** One secret of the installation, from which every purpose derives a key of its own (HKDF, RFC 5869). */

const MIN_SECRET = 32
const [IV_BYTES, TAG_BYTES, KEY_BYTES] = [12, 16, 32]

let opening: Promise<void> | undefined
let secret: string | undefined
const keys = new Map<string, KeyObject>()

/** Takes a secret that is at hand already, for tests and for whatever holds it. */
export function useKeyring(text: string): void {
  if (text.length < MIN_SECRET) throw new Error(`The keyring's secret must be at least ${MIN_SECRET} characters long.`)
  keys.clear()
  secret = text
}

async function fetchSecret(): Promise<void> {
  const { SecretString } = await callJson<{ SecretString?: string }>({
    service: 'secretsmanager',
    variable: 'SECRETS_MANAGER',
    target: 'secretsmanager.GetSecretValue',
    input: { SecretId: config.keyringSecret },
  })
  useKeyring(SecretString ?? '')
}

/** Fetches the secret once per instance; throws `UNAVAILABLE` when it cannot, and the next call tries again. */
export async function openKeyring(): Promise<void> {
  if (secret !== undefined) return
  opening ??= fetchSecret().finally(() => {
    opening = undefined
  })
  try {
    await opening
  } catch (cause) {
    throw problem('UNAVAILABLE', { cause })
  }
}

/** `use` keeps keys that authenticate apart from keys that encrypt. */
function keyFor(use: 'mac' | 'seal', purpose: string): KeyObject {
  if (secret === undefined) throw new Error('The keyring is not open: say `keyring: true` in the contract, the rule or the task.')
  const info = `tessera/${use}/${purpose}`
  const key = keys.get(info) ?? createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', info, KEY_BYTES)))
  keys.set(info, key)
  return key
}

/** HMAC-SHA256, base64url: nobody without the secret can make it, or try out a list of values against it. */
export const mac = (purpose: string, text: string): string => createHmac('sha256', keyFor('mac', purpose)).update(text).digest('base64url')

/** AES-256-GCM; `about` says what the text belongs to, so that a sealed text moved to another owner does not open. */
export function seal(purpose: string, about: string, text: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyFor('seal', purpose), iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(about))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url')
}

/** Throws for anything that `seal` did not make with this secret, for this purpose and about this. */
export function unseal(purpose: string, about: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) throw new Error('This is no sealed text.')
  const decipher = createDecipheriv('aes-256-gcm', keyFor('seal', purpose), bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(about))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
}
