import type { Resource } from '../access/model.ts'
import { customerIn, type Endpoint } from '../endpoint.ts'
import type { Entity, Versioned } from '../store/entity.ts'

/**
 * What a request is about, so that it is known where its permission must hold: the resource that the route names, where the new one will be,
 * or whatever of a list the caller may see. An endpoint that says nothing is about the organization as a whole.
 */

/** `anywhere`: the permission must be held somewhere, and the handler shows no more than lies there. */
export type Concern = { resource: Resource | undefined } | 'anywhere'

/** A resource as access decisions see it. */
export function resourceOf<T extends Versioned>({ name, access = {} }: Pick<Entity<T>, 'name' | 'access'>, item: T): Resource {
  const { unitId, groupIds, ownerId, attributes = [] } = access
  return {
    type: name.toLowerCase(),
    id: item.id,
    ...(unitId ? { unitId: unitId(item) } : {}),
    ...(groupIds ? { groupIds: groupIds(item) } : {}),
    ...(ownerId ? { ownerId: ownerId(item) } : {}),
    attributes: Object.fromEntries(attributes.map((attribute) => [attribute, item[attribute]])) as NonNullable<Resource['attributes']>,
  }
}

const field = (input: unknown, name: string) => (input as Record<string, string | null | undefined> | undefined)?.[name] ?? undefined

/** Where the body says that the new one will be. */
function placeIn(body: unknown, { type, unit, group }: { type: string; unit?: string; group?: string }): Resource | undefined {
  const [unitId, groupId] = [unit && field(body, unit), group && field(body, group)]
  if (unitId) return { type, unitId }
  return groupId ? { type, groupIds: [groupId] } : undefined
}

interface Asked {
  contract: Endpoint
  base: { params: unknown; body: unknown }
  /** Could the input be read? */
  isValid: boolean
  entity: Entity<Versioned> | undefined
  resource: Versioned | undefined
}

export function concernOf({ contract, base, isValid, entity, resource }: Asked): Concern {
  const { within } = contract
  if (within === 'anywhere') return 'anywhere'
  // What is wrong with the input, or that there is no such thing, is told to whoever may do it at all.
  if (within) return isValid ? { resource: placeIn(base.body, within) } : 'anywhere'
  if (contract.customer) {
    const id = customerIn(contract, base)
    return id === undefined ? 'anywhere' : { resource: { type: 'organization', id } }
  }
  if (!entity) return { resource: undefined }
  return resource ? { resource: resourceOf(entity, resource) } : 'anywhere'
}

/** What a refusal was about, as the request named it. */
export function aboutOf({ base, entity }: Pick<Asked, 'base' | 'entity'>, concern: Concern): Resource | undefined {
  if (entity) return { type: entity.name.toLowerCase(), id: field(base.params, 'id') ?? '' }
  return concern === 'anywhere' ? undefined : concern.resource
}
