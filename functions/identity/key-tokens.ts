import { isProblem, problem } from '../../shared/errors.ts'
import { createIdentity, type SignedIn, signIn } from '../../shared/identity-provider.ts'
import { mac } from '../../shared/keyring.ts'
import type { Meter } from '../../shared/store/meter.ts'

/** Of a key at Cognito, which nobody types: it follows from the keyring. */
const passwordOf = (keyId: string) => `aA1${mac('api-key', keyId)}`

/** Tokens of an API key, for whoever proved its secret to us. Cognito learns of the key when it is first used. */
export async function tokensOf(counts: Meter, keyId: string): Promise<SignedIn> {
  const password = passwordOf(keyId)
  const reply = await signIn(counts, keyId, password).catch(async (error: unknown) => {
    if (!isProblem(error, 'INVALID_CREDENTIALS')) throw error
    await createIdentity(counts, keyId, password)
    return signIn(counts, keyId, password)
  })
  if ('challenge' in reply) throw problem('UNAVAILABLE', { cause: new Error(`Cognito asks ${keyId} for ${reply.challenge}.`) })
  return reply
}
