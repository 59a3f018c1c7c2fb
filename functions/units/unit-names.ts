import { itemKey } from '../../shared/store/keys.ts'
import type { Write } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { foldName } from '../../shared/tree/names.ts'
import type { Organization } from '../organizations/door.ts'
import type { Unit } from './unit.ts'

/**
 * How many units of an organization are called the same, wherever they lie. Counted always, so that an organization may decide at any time
 * that names are unique in all of it: from then on no unit takes a name that another has, and what is called alike already stays so.
 */

/** The name that a unit has for itself among all, where it has one. */
const heldBy = (unit: Unit | undefined) => (unit && !unit.deletedAt ? foldName(unit.name) : undefined)

const count =
  (name: string, by: 1 | -1, isUnique: boolean): Write =>
  ({ tableName, organizationId }) => [
    {
      item: {
        Update: {
          TableName: tableName,
          Key: itemKey(organizationId, 'UNIT_NAMES', hashOf(name)),
          UpdateExpression: 'ADD #count :by',
          ...(isUnique ? { ConditionExpression: 'attribute_not_exists(pk) OR #count < :one' } : {}),
          ExpressionAttributeNames: { '#count': 'count' },
          ExpressionAttributeValues: { ':by': by, ...(isUnique ? { ':one': 1 } : {}) },
        },
      },
      conflict: 'NAME_TAKEN',
    },
  ]

/** Written with a change of a unit, if it has another name by it. `NAME_TAKEN` where names are unique in the organization. */
export function countsNames({ before, after }: { before?: Unit; after: Unit }, organization: object): Write[] {
  const { settings } = organization as Pick<Organization, 'settings'>
  const [old, now] = [heldBy(before), heldBy(after)]
  if (old === now) return []
  return [
    ...(old === undefined ? [] : [count(old, -1, false)]),
    ...(now === undefined ? [] : [count(now, 1, settings.unitNameUniqueness === 'organization')]),
  ]
}
