import { isOwn, resourceIn } from '../../shared/access/permission-names.ts'
import { type Access, requireAllowed } from '../../shared/serve/access.ts'
import { type Granter, requireNoGainOver } from '../../shared/serve/granting.ts'
import { itemKey } from '../../shared/store/keys.ts'
import { check, type Write } from '../../shared/store/writes.ts'
import { requireUser } from '../users/door.ts'
import { TYPE_UNKNOWN } from './problems.ts'
import { factsOf, type Resource, type ResourceFields } from './resource.ts'
import { typeIdOf } from './resource-type.ts'

const IS_THERE = { expression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)' }

/** The type is registered at the moment of the write. */
export const requireType = (organizationId: string, type: string): Write =>
  check(itemKey(organizationId, 'RESOURCE_TYPE', typeIdOf(type)), IS_THERE, TYPE_UNKNOWN)

type Place = Pick<ResourceFields, 'ownerId' | 'unitId'>

/** Owner and unit are of the organization at the moment of the write, as far as they are new; `NOT_FOUND` otherwise. */
export const requirePlace = (organizationId: string, { ownerId, unitId }: Place, before: Place = {}): Write[] => [
  ...(ownerId && ownerId !== before.ownerId ? [requireUser(organizationId, ownerId, 'NOT_FOUND')] : []),
  ...(unitId && unitId !== before.unitId ? [check(itemKey(organizationId, 'UNIT', unitId), IS_THERE, 'NOT_FOUND')] : []),
]

/** What an organization's own applications ask about its things. */
const isOver = (permission: string) => isOwn(permission) || resourceIn(permission) === '*'

/** Whoever says where a thing lies, whose it is and what it is like may do no more with it by that. Throws `FORBIDDEN`. */
export const requireNoneGained = (granter: Granter, before: Resource, after: Resource): Promise<void> =>
  requireNoGainOver(granter, { before: factsOf(before), after: factsOf(after), isOver })

/** Who moves something to another unit could have made it there. Throws `FORBIDDEN`. */
export async function requireThere(access: Access, permission: string, { unitId }: Place, before: Place): Promise<void> {
  if (unitId === before.unitId) return
  await requireAllowed(access, permission, { type: 'resource', unitId }, `To move it there takes the permission ${permission} there, too.`)
}
