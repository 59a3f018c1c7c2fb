import type { DomainEvent } from '../shared/event.ts'
import { isDenial } from '../shared/store/keys.ts'

/** Where an event was found. */
export interface Found {
  tenant: string | undefined
  entity: string | undefined
}

/**
 * Why an event is not told to anybody, if so: roles say who may write where, so what an event may be follows from where it lies. None
 * speaks for another tenant, and where every function writes, only what was denied is believed.
 */
export function misplaced({ tenant, entity }: Found, { type, organizationId }: Pick<DomainEvent, 'type' | 'organizationId'>) {
  if (tenant !== organizationId) return 'It lies in the partition of another organization.'
  return entity === 'DENIALS' && !isDenial(type) ? 'It lies among the denials and is none.' : undefined
}
