import type { Actor } from '../../shared/serve/call.ts'
import { users } from '../users/door.ts'
import type { SignInCall } from './trace.ts'

/** Somebody who is known by what they proved, as who acts: under the name that they have where their address is heard. Takes `USER`. */
export async function actorIn({ enter }: Pick<SignInCall, 'enter'>, organizationId: string, personId: string): Promise<Actor> {
  const user = await enter(organizationId).get(users, personId)
  return { id: personId, kind: 'member', ...(user ? { name: `${user.firstName} ${user.lastName}` } : {}) }
}
