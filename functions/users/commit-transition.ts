import type { Endpoint } from '../../shared/endpoint.ts'
import type { Call } from '../../shared/serve/call.ts'
import type { Change } from '../../shared/store/entity.ts'
import { save, type Write } from '../../shared/store/writes.ts'
import { toUser } from './present-user.ts'
import type { User } from './user.ts'
import { users } from './user-store.ts'

/** Writes what happened to a user, and answers with the user as they are now. */
export const commitTransition = (
  { tenant, policy }: Pick<Call<Endpoint>, 'tenant' | 'policy'>,
  change: Change<User>,
  ...alongside: Write[]
) => tenant.commit([...alongside, save(users, change)], toUser(change.after, policy))
