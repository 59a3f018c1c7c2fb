import { type Endpoint, isSelfCare, methodOf } from '../endpoint.ts'
import { type Code, type Problem, problem } from '../errors.ts'
import type { OrganizationGate } from './call.ts'

type Status = OrganizationGate['status']

const SHUT: Partial<Record<Status, Code>> = { suspended: 'ORGANIZATION_SUSPENDED', closed: 'ORGANIZATION_CLOSED' }

/** Why nobody enters an organization in this state, if so: neither by signing in nor with a token from before. */
export function shutBy(status: Status): Problem | undefined {
  const code = SHUT[status]
  return code && problem(code)
}

/** Why this is not done any more in an organization that is leaving: it is read and exported, and only what ends something is written. */
export function settledBy(status: Status, contract: Endpoint): Problem | undefined {
  const stays = methodOf(contract) === 'GET' || isSelfCare(contract) || contract.ending === 'open'
  return status === 'offboarding' && !stays ? problem('ORGANIZATION_OFFBOARDING') : undefined
}

/** Why a provider does not do this to its customer: suspending it is the provider's own act, so that alone forbids nothing. */
export function closedToProvider(status: Status, contract: Endpoint): Problem | undefined {
  if (status === 'closed' && contract.ending !== 'open') return problem('ORGANIZATION_CLOSED')
  return settledBy(status, contract)
}
