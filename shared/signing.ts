import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign } from 'node:crypto'
import { callJson } from './aws-call.ts'
import { config } from './config.ts'
import { fromBase64, rawKey } from './merkle/note.ts'

/** Signatures of this installation (Ed25519, RFC 8032), by a key that one function may use. */
export interface Signer {
  /** The 32 bytes of the public key. */
  publicKey: Uint8Array
  sign(text: string): Promise<Uint8Array>
}

const kms = <T>(operation: string, input: object) => callJson<T>({ service: 'kms', target: `TrentService.${operation}`, input })

/** A key that never leaves KMS. `ED25519_SHA_512` over the raw message is plain Ed25519; KMS takes 4,096 bytes of it. */
async function fromKms(KeyId: string): Promise<Signer> {
  const { PublicKey } = await kms<{ PublicKey: string }>('GetPublicKey', { KeyId })
  return {
    publicKey: rawKey(fromBase64(PublicKey)),
    async sign(text) {
      const Message = Buffer.from(text).toString('base64')
      const request = { KeyId, Message, MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' }
      return fromBase64((await kms<{ Signature: string }>('Sign', request)).Signature)
    },
  }
}

/** What stands before the 32 bytes of a private key in PKCS #8 (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const SEED_BYTES = 32

function keyFrom(secret: string): KeyObject {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'tessera/signing', SEED_BYTES))
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}

/** A key in this function's memory, made of a secret. */
async function fromSecret(SecretId: string): Promise<Signer> {
  const call = { service: 'secretsmanager', variable: 'SECRETS_MANAGER', target: 'secretsmanager.GetSecretValue', input: { SecretId } }
  const { SecretString } = await callJson<{ SecretString?: string }>(call)
  if (!SecretString) throw new Error('The secret that signs is empty.')
  const key = keyFrom(SecretString)
  return {
    publicKey: rawKey(createPublicKey(key).export({ format: 'der', type: 'spki' })),
    sign: async (text) => sign(null, Buffer.from(text), key),
  }
}

let opening: Promise<Signer> | undefined

/** Once an instance; a failure is tried again at the next call. */
export function openSigner(): Promise<Signer> {
  const arn = config.signingKey
  opening ??= (arn.includes(':kms:') ? fromKms(arn) : fromSecret(arn)).catch((error) => {
    opening = undefined
    throw error
  })
  return opening
}
