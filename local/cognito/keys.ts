import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CryptoKey, JWK } from 'jose'
import { exportJWK, generateKeyPair, importJWK } from 'jose'
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

interface Stored {
  kid: string
  privateJwk: JWK
  clientSeed: string
}

/** Reads the pool's keys, or makes them at its first start. */
export async function openKeys(folder: string): Promise<PoolKeys> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'keys.json')
  if (!existsSync(file)) writeWhole(file, JSON.stringify(await newKeys()))
  const { kid, privateJwk, clientSeed }: Stored = JSON.parse(readFileSync(file, 'utf8'))
  const jwk: JWK = { kty: 'RSA', alg: 'RS256', use: 'sig', kid, n: privateJwk.n ?? '', e: privateJwk.e ?? '' }
  return {
    kid,
    jwk,
    privateKey: (await importJWK(privateJwk, 'RS256')) as CryptoKey,
    publicKey: (await importJWK(jwk, 'RS256')) as CryptoKey,
    clientSecret: (clientId) => createHmac('sha256', clientSeed).update(clientId).digest('hex').slice(0, 51),
  }
}

async function newKeys(): Promise<Stored> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  return { kid: randomBytes(32).toString('base64'), privateJwk: await exportJWK(privateKey), clientSeed: randomBytes(32).toString('hex') }
}

/** SHA-256 in hex: what is kept of a token whose text nobody needs again. */
export const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Compares two secrets in a time that tells nothing about where they differ. */
export const sameSecret = (left: string, right: string): boolean =>
  timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())
