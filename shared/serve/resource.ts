import type { Endpoint } from '../endpoint.ts'
import { problem } from '../errors.ts'
import type { Versioned } from '../store/entity.ts'
import type { Key } from '../store/keys.ts'
import type { Base, ServeOptions } from './call.ts'
import { etagOf, namesTag } from './respond.ts'

/** Where the route's resource lies. One without an id in its route is the only one of the tenant: its organization. */
export function resourceKeyOf(contract: Endpoint, base: Base, tenantId: string, options?: ServeOptions<Versioned>): Key | undefined {
  const id = contract.route.includes('{id}') ? (base.params as { id?: string } | undefined)?.id : tenantId
  return options && id !== undefined ? options.resource.keyOf({ id, organizationId: tenantId }) : undefined
}

/** `If-Match` against what stands there now (RFC 9110: a weak tag never matches). */
export function requireMatch(ifMatch: string | undefined, { version }: { version: number }) {
  if (ifMatch !== undefined && !namesTag(ifMatch, etagOf(version), 'strong')) throw problem('PRECONDITION_FAILED')
}

/** Deleted, or changed since the caller read it. */
export function checkState(resource: Versioned, base: Base, options: ServeOptions<Versioned>) {
  if (resource.deletedAt && options.deleted !== 'allowed') throw problem('DELETED', { details: { deletedAt: resource.deletedAt } })
  requireMatch(base.ifMatch, resource)
}
