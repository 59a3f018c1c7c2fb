import type { OrganizationGate } from '../../shared/serve/call.ts'
import { organizationKey } from '../../shared/store/keys.ts'
import { type Condition, check, type Write } from '../../shared/store/writes.ts'

type Linked = Pick<OrganizationGate, 'id' | 'provider'>

const NAMES = { '#provider': 'provider' }

const AS_READ: Record<'none' | 'stands' | 'ended', string> = {
  none: 'attribute_not_exists(#provider)',
  stands: 'attribute_exists(#provider) AND attribute_not_exists(#provider.endedAt)',
  ended: 'attribute_exists(#provider.endedAt)',
}

const condition = (state: keyof typeof AS_READ): Condition => ({ expression: AS_READ[state], names: NAMES })

/** The link to the provider is at the moment of the transaction what it was when the organization was read: `VERSION_CONFLICT`. */
export const linkUnchanged = ({ id, provider }: Linked): Write =>
  check(organizationKey(id), condition(!provider ? 'none' : provider.endedAt ? 'ended' : 'stands'), 'VERSION_CONFLICT')

/** The provider acts at its customer until the very moment at which the customer ends the link: `NOT_FOUND`. */
export const linkHolds = ({ id }: Linked): Write => check(organizationKey(id), condition('stands'), 'NOT_FOUND')
