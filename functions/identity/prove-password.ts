import type { Endpoint } from '../../shared/endpoint.ts'
import type { Person } from '../../shared/identity/person.ts'
import { revokeTokens, signIn } from '../../shared/identity-provider.ts'
import type { Call } from '../../shared/serve/call.ts'
import { type Address, readOwnAddress, release } from './address.ts'
import { outcomeOf, provenBy } from './proceed.ts'

/**
 * Checks the password of somebody signed in. Wrong ones are counted in this session, or whoever stole it could guess on. Throws
 * `INVALID_CREDENTIALS` or `ACCOUNT_LOCKED`; gives the address.
 */
export async function provePassword(call: Call<Endpoint>, { id, email }: Pick<Person, 'id' | 'email'>, password: string): Promise<Address> {
  const address = await readOwnAddress(call, email)
  const proof = await provenBy(call, address, await outcomeOf(signIn(call.meter, id, password)))
  // A challenge is proof as well; tokens are not wanted.
  await Promise.all([release(call, address), 'tokens' in proof ? revokeTokens(call.meter, proof.tokens.refreshToken) : undefined])
  return address
}
