import { type Endpoint, isSelfCare, methodOf } from '../endpoint.ts'
import { type Code, type Problem, problem } from '../errors.ts'
import type { OrganizationGate, PrincipalGate } from '../serve/gates.ts'

type Status = OrganizationGate['status']
/** What of an organization decides whether it is open. */
export type Life = Pick<OrganizationGate, 'status' | 'closesAt'>

const SHUT: Partial<Record<Status, Code>> = { suspended: 'ORGANIZATION_SUSPENDED', closed: 'ORGANIZATION_CLOSED' }

/** The state as it counts: one that waits to be closed is closed from that moment on, whenever somebody comes to write it down. */
export const effectiveStatus = ({ status, closesAt }: Life, now: string): Status =>
  status === 'offboarding' && closesAt !== undefined && closesAt <= now ? 'closed' : status

/** Why nobody enters an organization in this state, if so: neither by signing in nor with a token from before. */
export function shutBy(organization: Life, now: string): Problem | undefined {
  const code = SHUT[effectiveStatus(organization, now)]
  return code && problem(code)
}

/** Why this is not done any more in an organization that is leaving: it is read and exported, and only what ends something is written. */
export function settledBy(organization: Life, contract: Endpoint, now: string): Problem | undefined {
  const stays = methodOf(contract) === 'GET' || isSelfCare(contract) || contract.ending === 'open'
  return effectiveStatus(organization, now) === 'offboarding' && !stays ? problem('ORGANIZATION_OFFBOARDING') : undefined
}

/** Why a provider does not do this to its customer: suspending it is the provider's own act, so that alone forbids nothing. */
export function closedToProvider(organization: Life, contract: Endpoint, now: string): Problem | undefined {
  if (effectiveStatus(organization, now) === 'closed' && contract.ending !== 'open') return problem('ORGANIZATION_CLOSED')
  return settledBy(organization, contract, now)
}

/** The provider that administers an organization, while the link stands. */
export const providerOf = ({ provider }: Pick<OrganizationGate, 'provider'>): string | undefined =>
  provider && !provider.endedAt ? provider.organizationId : undefined

/** Whoever came as one of the provider's people goes with it. */
export const leftWithProvider = (organization: Pick<OrganizationGate, 'provider'>, { fromProvider }: Pick<PrincipalGate, 'fromProvider'>) =>
  fromProvider !== undefined && fromProvider !== providerOf(organization)
