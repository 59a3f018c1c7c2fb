import type { Tenant } from '../../shared/store/tenant.ts'
import { type User, users } from '../users/door.ts'
import { type Member, memberId, members } from './member.ts'

/** Both sides of a membership as they are now. */
export async function readMember(tenant: Tenant, groupId: string, userId: string): Promise<{ user?: User; member?: Member }> {
  const [user, member] = (await tenant.read(
    users.keyOf({ id: userId, organizationId: tenant.id }),
    members.keyOf({ id: memberId(groupId, userId), organizationId: tenant.id }),
  )) as unknown as [User?, Member?]
  return { ...(user?.kind === 'member' ? { user } : {}), ...(member ? { member } : {}) }
}
