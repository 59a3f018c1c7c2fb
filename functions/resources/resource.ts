import { isDeepStrictEqual } from 'node:util'
import { resourceCreated, resourceDeleted, resourceUpdated } from '../../events/resources.ts'
import type { Attribute, Resource as Facts } from '../../shared/access/model.ts'
import { problem } from '../../shared/errors.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'
import { anew, naturalId } from './natural-id.ts'
import { RESOURCE_EXISTS } from './problems.ts'

/** A thing of an organization's own applications, as far as access to it goes: which it is, where it lies, whose it is. */
export interface Resource extends Versioned {
  type: string
  /** What its application calls it. */
  key: string
  displayName?: string | undefined
  ownerId?: string | undefined
  unitId?: string | undefined
  attributes: Readonly<Record<string, Attribute>>
}

export type ResourceFields = Pick<Resource, 'displayName' | 'ownerId' | 'unitId' | 'attributes'>

export const resources = entity<Resource>({
  name: 'RESOURCE',
  all: true,
  byPlace: 'kept',
  lists: {
    TYPE: { index: 'g2', of: ({ type }) => type },
    UNIT: { index: 'g3', of: ({ unitId }) => unitId ?? 'none', except: 'none' },
  },
  label: ({ displayName, key }) => displayName ?? key,
  access: { unitId: ({ unitId }) => unitId, ownerId: ({ ownerId }) => ownerId },
})

export const resourceIdOf = (type: string, key: string) => naturalId('res', type, key)

/** What questions about it are decided by; what is not registered of it is as whoever asks says. */
export const factsOf = ({ type, key, unitId, ownerId, attributes }: Resource, said: Facts['attributes'] = {}): Facts => ({
  type,
  id: key,
  ...(unitId ? { unitId } : {}),
  ...(ownerId ? { ownerId } : {}),
  attributes: { ...said, ...attributes },
})

const which = ({ type, key }: Pick<Resource, 'type' | 'key'>) => ({ type, key })

export function makeResource(
  organizationId: string,
  fields: ResourceFields & Pick<Resource, 'type' | 'key'>,
  removed: Resource | undefined,
  at: string,
): Change<Resource> {
  if (removed && !removed.deletedAt) throw problem(RESOURCE_EXISTS)
  const id = resourceIdOf(fields.type, fields.key)
  const made = created<Resource>({ id, organizationId, ...fields }, { event: resourceCreated, at, data: which(fields) })
  return anew(made, removed, at)
}

export const fieldsOf = ({ displayName, ownerId, unitId, attributes }: ResourceFields): ResourceFields => ({
  displayName,
  ownerId,
  unitId,
  attributes,
})

/** Fields that are not among them are taken away. */
export function edit(resource: Resource, fields: ResourceFields, at: string): Change<Resource> | undefined {
  const wanted = fieldsOf(fields)
  if (isDeepStrictEqual(wanted, fieldsOf(resource))) return undefined
  return changed<Resource>(resource, wanted, { event: resourceUpdated, at, data: which(resource) })
}

export const remove = (resource: Resource, at: string): Change<Resource> =>
  changed<Resource>(resource, { deletedAt: at }, { event: resourceDeleted, at, data: which(resource) })

export const toResource = ({ deletedAt: _, ...resource }: Resource) => ({
  ...resource,
  displayName: resource.displayName ?? null,
  ownerId: resource.ownerId ?? null,
  unitId: resource.unitId ?? null,
  attributes: resource.attributes as Record<string, string>,
})
