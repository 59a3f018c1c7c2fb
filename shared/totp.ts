import { createHmac, timingSafeEqual } from 'node:crypto'

/** Time-based one-time passwords (RFC 6238 on RFC 4226) as authenticator apps make them: SHA-1, six digits, 30 seconds. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const STEP_MS = 30_000

function decodeBase32(text: string): Buffer {
  const bits = [...text.toUpperCase().replace(/=+$/, '')].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

function codeOf(key: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', key).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** The 30-second step whose code this is: the present one, the one before or the next; nothing when it is none of them. */
export function totpStep(secret: string, code: string, epochMs: number): number | undefined {
  const key = decodeBase32(secret)
  const current = Math.floor(epochMs / STEP_MS)
  return [current, current - 1, current + 1].find((step) => {
    const [right, given] = [Buffer.from(codeOf(key, step)), Buffer.from(code)]
    return right.length === given.length && timingSafeEqual(right, given)
  })
}
