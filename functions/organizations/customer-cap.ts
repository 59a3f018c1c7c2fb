import { config } from '../../shared/config.ts'
import { Problem, problem } from '../../shared/errors.ts'
import type { OrganizationGate } from '../../shared/serve/call.ts'
import { Conflict } from '../../shared/store/commit.ts'
import { tallyKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { add, type Condition } from '../../shared/store/writes.ts'
import { TOO_MANY_ORGANIZATIONS } from './problems.ts'

const keyOf = ({ id }: Pick<Tenant, 'id'>) => tallyKey(id, 'CUSTOMERS')

const counted = (provider: Pick<Tenant, 'id'>, by: number, condition: Condition) =>
  add(keyOf(provider), 'count', by, condition, TOO_MANY_ORGANIZATIONS)

/** A provider that registered itself stays on trial until whoever runs the installation knows it. */
const isCapped = ({ status }: Pick<OrganizationGate, 'status'>) => status === 'trial'

async function take(provider: Tenant): Promise<void> {
  const most = config.customerLimit
  const isLeft = { expression: 'attribute_not_exists(#added) OR #added < :most', values: { ':most': most } }
  try {
    await provider.note(counted(provider, 1, isLeft))
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    const message = `A provider that registered itself makes at most ${most} customers. Ask whoever runs this installation for more.`
    throw problem(TOO_MANY_ORGANIZATIONS, { message, cause: error })
  }
}

const giveBack = (provider: Tenant) => provider.note(counted(provider, -1, { expression: '#added > :none', values: { ':none': 0 } }))

/** A refusal made nothing. Of any other failure that is not known, and a place too few harms less than one too many. */
const madeNothing = (error: unknown) => error instanceof Problem && error.status < 500

export interface Making<T> {
  value: T
  /** It was there already, made by an earlier request that took a place for it. */
  isEarlier: boolean
}

/** Makes one more customer where the provider has a place for it, counted before so that many requests at once cannot pass the limit. */
export async function withinCap<T>(provider: Tenant, organization: OrganizationGate, make: () => Promise<Making<T>>): Promise<T> {
  if (!isCapped(organization)) return (await make()).value
  await take(provider)
  try {
    const { value, isEarlier } = await make()
    if (isEarlier) await giveBack(provider)
    return value
  } catch (error) {
    if (madeNothing(error)) await giveBack(provider)
    throw error
  }
}
