import type { Endpoint } from '../endpoint.ts'
import { LOOKUPS, type Lookup } from './keys.ts'

/** One statement of a data role: these operations, on partitions like these. */
export interface Grant {
  actions: string[]
  leadingKeys: string[]
}

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem']
const QUERY = 'dynamodb:Query'
const WRITE = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem']

// biome-ignore lint/suspicious/noTemplateCurlyInString: IAM puts the session's tenant tag in here.
const OWN = 'TENANT#${aws:PrincipalTag/tenant}#'
const own = (entity: string) => `${OWN}${entity}*`

export interface DataNeeds {
  reads?: readonly string[]
  writes?: readonly string[]
  lookups?: readonly Lookup[]
  lookupReads?: readonly Lookup[]
}

const lookupGrants = (lookups: readonly Lookup[], actions: string[]): Grant[] =>
  lookups.length === 0 ? [] : [{ actions, leadingKeys: lookups.map((lookup) => LOOKUPS[lookup]) }]

/** What a function may do with the table: what its contract names, and nothing else. */
export function grantsFor({ reads = [], writes = [], lookups = [], lookupReads = [] }: DataNeeds): Grant[] {
  const readable = [...new Set([...reads, ...writes])]
  return [
    ...(readable.length ? [{ actions: [...READ, QUERY], leadingKeys: readable.map(own) }] : []),
    ...(writes.length ? [{ actions: WRITE, leadingKeys: writes.flatMap((name) => [own(name), own('GUARD')]) }] : []),
    ...lookupGrants(lookups, [...READ, QUERY, ...WRITE]),
    ...lookupGrants(lookupReads, [...READ, QUERY]),
  ].map((grant) => ({ ...grant, leadingKeys: [...new Set(grant.leadingKeys)] }))
}

/**
 * What `serve` itself needs for an endpoint: organization, principal, session, idempotency, rate, denials, a provider's link; and to record a session that
 * began at the hosted login, whose first request may go to any endpoint.
 */
export function requestGrants(contract: Endpoint): Grant[] {
  const limits = { actions: ['dynamodb:UpdateItem'], leadingKeys: 'public' in contract ? ['RATE#*'] : [own('RATE')] }
  const signals = { actions: ['dynamodb:PutItem'], leadingKeys: [own('SIGNALS')] }
  if ('public' in contract) return [limits, signals]
  const link = contract.customer ? [own('CUSTOMER')] : []
  return [
    { actions: READ, leadingKeys: [...link, own('ORGANIZATION'), own('USER#'), own('IDEMPOTENCY'), LOOKUPS.SESSION, LOOKUPS.PERSON] },
    { actions: [QUERY], leadingKeys: [LOOKUPS.SESSION] },
    { actions: ['dynamodb:PutItem'], leadingKeys: [own('IDEMPOTENCY'), own('SESSION#'), LOOKUPS.SESSION] },
    { actions: ['dynamodb:ConditionCheckItem'], leadingKeys: [LOOKUPS.PERSON] },
    limits,
    signals,
  ]
}
