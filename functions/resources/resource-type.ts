import { isDeepStrictEqual } from 'node:util'
import { resourceTypeCreated, resourceTypeDeleted, resourceTypeUpdated } from '../../events/resources.ts'
import { AGGREGATES } from '../../shared/aggregates.ts'
import { problem } from '../../shared/errors.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'
import { anew, naturalId } from './natural-id.ts'
import { TYPE_TAKEN } from './problems.ts'

export interface Action {
  name: string
  description?: string | undefined
}

/** A kind of thing of an organization's own applications, and what can be done with one: `order` with `approve` is the permission `order:approve`. */
export interface ResourceType extends Versioned {
  type: string
  displayName: string
  description?: string | undefined
  actions: readonly Action[]
}

export type TypeFields = Pick<ResourceType, 'displayName' | 'description' | 'actions'>

export const resourceTypes = entity<ResourceType>({
  name: 'RESOURCE_TYPE',
  all: true,
  label: ({ displayName }) => displayName,
})

/** What the product itself keeps and decides about by these names; a test holds them against its entities. */
export const OF_THE_PRODUCT: readonly string[] = [...AGGREGATES, 'audit', 'notification']

export const typeIdOf = (type: string) => naturalId('rty', type)

export function makeType(organizationId: string, fields: TypeFields & { type: string }, removed: ResourceType | undefined, at: string) {
  const isTaken = removed ? !removed.deletedAt : OF_THE_PRODUCT.includes(fields.type)
  if (isTaken) throw problem(TYPE_TAKEN)
  return anew(
    created<ResourceType>({ id: typeIdOf(fields.type), organizationId, ...fields }, { event: resourceTypeCreated, at }),
    removed,
    at,
  )
}

/** Its actions as permissions of the organization's own, which roles may hold. */
export const permissionsOf = ({ type, displayName, actions }: Pick<ResourceType, 'type' | 'displayName' | 'actions'>) =>
  actions.map(({ name, description }) => ({ name: `${type}:${name}`, description: description ?? `${displayName}: ${name}` }))

export const typeFieldsOf = ({ displayName, description, actions }: TypeFields): TypeFields => ({ displayName, description, actions })

/** Fields that are not among them are taken away. */
export function editType(type: ResourceType, fields: TypeFields, at: string): Change<ResourceType> | undefined {
  const wanted = typeFieldsOf(fields)
  if (isDeepStrictEqual(wanted, typeFieldsOf(type))) return undefined
  return changed<ResourceType>(type, wanted, { event: resourceTypeUpdated, at })
}

export const removeType = (type: ResourceType, at: string): Change<ResourceType> =>
  changed<ResourceType>(type, { deletedAt: at }, { event: resourceTypeDeleted, at })

export const toType = ({ description, deletedAt: _, actions, ...type }: ResourceType) => ({
  ...type,
  description: description ?? null,
  actions: actions.map(({ name, description: of }) => ({ name, permission: `${type.type}:${name}`, description: of ?? null })),
})
