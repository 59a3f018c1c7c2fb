import { AwsError } from '../../types.ts'
import { changedAttributes } from '../attributes.ts'
import { attributes, type Input, text } from '../input.ts'
import { SELF_SERVICE, userOfAccessToken } from '../tokens.ts'
import { clientOf, type World } from '../world.ts'
import { touch } from './admin-users.ts'

/** What people change of themselves, by the token of a client that may write it. */
export async function updateUserAttributes(world: World, input: Input) {
  const { realm, user, session } = await userOfAccessToken(world, text(input, 'AccessToken'), SELF_SERVICE)
  const changes = attributes(input)
  const { writeAttributes } = clientOf(world, session.clientId).client
  const mayWrite = (name: string) => !name.endsWith('_verified') && (writeAttributes?.includes(name) ?? true)
  if (!Object.keys(changes).every(mayWrite))
    throw new AwsError('NotAuthorizedException', 'A client attempted to write unauthorized attribute')
  touch(world, realm, user, { attributes: changedAttributes(realm.pool, user, changes) })
  return {}
}

export async function deleteUser(world: World, input: Input) {
  const { realm, user } = await userOfAccessToken(world, text(input, 'AccessToken'), SELF_SERVICE)
  realm.users.remove(user)
  realm.sessions.removeAll(user.username)
  return {}
}
