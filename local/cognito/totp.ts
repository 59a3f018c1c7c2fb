import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const STEP_MS = 30_000

/** 160 random bits in Base32, as authenticator apps take them (RFC 4226 recommends this length). */
export function newTotpSecret(): string {
  return [...randomBytes(32)].map((byte) => ALPHABET[byte % 32]).join('')
}

/** The code of a 30-second step (RFC 6238 with SHA-1 and six digits). */
export function totpCode(secret: string, atMs: number): string {
  return codeOfStep(decodeBase32(secret), Math.floor(atMs / STEP_MS))
}

/** The step whose code this is, within one step of now; undefined when it is none of the three. */
export function matchingStep(secret: string, code: string, nowMs: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const key = decodeBase32(secret)
  const current = Math.floor(nowMs / STEP_MS)
  return [current, current - 1, current + 1].find((step) => timingSafeEqual(Buffer.from(codeOfStep(key, step)), Buffer.from(code)))
}

function codeOfStep(key: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', key).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

function decodeBase32(text: string): Buffer {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
