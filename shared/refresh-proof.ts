import { mac } from './keyring.ts'
import { newToken, sameHash } from './tokens.ts'

/** How long a call to Cognito and its trigger may take together, and how far clocks may differ. */
const GOOD_FOR_MS = 60_000

const sign = (made: string, nonce: string) => mac('refresh', `${made}.${nonce}`)

/** Says to the pre token generation trigger that the product itself exchanges this refresh token, now. */
export function refreshProof(epochMs: number): string {
  const [made, nonce] = [String(epochMs), newToken()]
  return `${made}.${nonce}.${sign(made, nonce)}`
}

export function isRefreshProof(text: string | undefined, epochMs: number): boolean {
  const [made = '', nonce = '', signature = '', ...more] = text?.split('.') ?? []
  if (more.length > 0 || !sameHash(signature, sign(made, nonce))) return false
  return Math.abs(epochMs - Number(made)) <= GOOD_FOR_MS
}
