import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CryptoKey, JWK } from 'jose'
import { exportJWK, generateKeyPair, importJWK } from 'jose'
import * as z from 'zod'
import { damaged, readKeptJson } from '../kept-state.ts'
import { writeWhole } from './records.ts'

/** What a pool keeps secret: the key that signs its tokens and the secrets of its confidential clients. */
export interface PoolKeys {
  kid: string
  privateKey: CryptoKey
  publicKey: CryptoKey
  /** The public half, as `jwks.json` shows it. */
  jwk: JWK
  clientSecret(clientId: string): string
}

const Stored = z.object({ kid: z.string(), privateJwk: z.looseObject({ kty: z.literal('RSA'), n: z.string() }), clientSeed: z.string() })
type Stored = z.output<typeof Stored>

/** Reads the pool's keys, or makes them at its first start. */
export async function openKeys(folder: string): Promise<PoolKeys> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'keys.json')
  const { kid, privateJwk, clientSeed } = readKeptJson(file, Stored) ?? (await makeKeys(file))
  const jwk: JWK = { kty: 'RSA', alg: 'RS256', use: 'sig', kid, n: privateJwk.n, e: String(privateJwk.e ?? '') }
  const [privateKey, publicKey] = await Promise.all([importJWK(privateJwk, 'RS256'), importJWK(jwk, 'RS256')]).catch((error: Error) => {
    throw damaged(file, `its key cannot be used (${error.message}).`)
  })
  return {
    kid,
    jwk,
    privateKey: privateKey as CryptoKey,
    publicKey: publicKey as CryptoKey,
    clientSecret: (clientId) => createHmac('sha256', clientSeed).update(clientId).digest('hex').slice(0, 51),
  }
}

async function makeKeys(file: string): Promise<Stored> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  const privateJwk = await exportJWK(privateKey)
  const made = Stored.parse({ kid: randomBytes(32).toString('base64'), privateJwk, clientSeed: randomBytes(32).toString('hex') })
  writeWhole(file, JSON.stringify(made))
  return made
}

/** SHA-256 in hex: what is kept of a token whose text nobody needs again. */
export const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Compares two secrets in a time that tells nothing about where they differ. */
export const sameSecret = (left: string, right: string): boolean =>
  timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())
