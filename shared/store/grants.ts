import type { Endpoint } from '../endpoint.ts'
import type { FileNeeds } from '../files/areas.ts'
import { LOOKUPS, type Lookup } from './keys.ts'

/** One statement of a data role: these operations, on partitions like these. */
export interface Grant {
  actions: string[]
  leadingKeys: string[]
  /** Of the items, only these attributes may be named. */
  attributes?: string[]
}

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem']
const QUERY = 'dynamodb:Query'
const WRITE = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem']

const KEYS = ['pk', 'sk']

// biome-ignore lint/suspicious/noTemplateCurlyInString: IAM puts the session's tenant tag in here.
const OWN = 'TENANT#${aws:PrincipalTag/tenant}#'
/** A partition of the session's tenant by its exact name. */
const own = (partition: string) => `${OWN}${partition}`
/** Everything behind a prefix, which ends in its separator: `USER#*` reaches no `USERS` and no `USER_GROUP`. */
const behind = (prefix: string) => own(`${prefix}#*`)
/** What lies under one name: its partition, and those that it begins with a separator. */
const under = (name: string) => [own(name), behind(name)]

export interface DataNeeds {
  reads?: readonly string[]
  writes?: readonly string[]
  /** Of whose items it says when they may be cleaned away, and nothing else: for what is written once. */
  ends?: readonly string[]
  lookups?: readonly Lookup[]
  lookupReads?: readonly Lookup[]
  files?: FileNeeds
}

/** What is kept along with a name that contracts give: a context's manifest says it once, and who names the one reaches the other. */
export interface Kept {
  /** Lists: `USERS` is whatever begins with `USERS#`, and in the indexes `USERS` itself. */
  lists?: readonly string[]
  /** Kinds of uniqueness guards. */
  guards?: readonly string[]
  /** Kinds of tallies. */
  tallies?: readonly string[]
  /** It is put, and never changed or deleted. */
  once?: true
  /** Each item lies in a partition of its own, `USER#<id>`: the bare name is none. */
  byId?: true
  /** What each lies in, and the attribute that counts it there. */
  liesIn?: { entity: string; counted: string }
  /** Access is decided by it: its changes raise the organization's policy version. */
  policy?: readonly string[]
}

/** Every name that a contract may give (`USER`), with what is kept along with it. */
export type Keeping = Readonly<Record<string, Kept>>

/** What the kernel keeps in a tenant for everybody. */
export const KERNEL: Keeping = { SESSION: {}, SIGNALS: {}, DENIALS: {}, EVENTS: {}, TALLY: {}, GUARD: {} }

/** What changes of a session once it has begun, beside its version. Nothing of it begins one: that takes an end and a person. */
const SESSION_STATE = [
  ...['status', 'revokedAt', 'revokedReason', 'mfa', 'mfaAt', 'freshAt', 'lastActivityAt', 'generation', 'rotatedAt', 'seenAt'],
  ...['version', 'updatedAt'],
]

/**
 * What a session that began at the hosted login is recorded with, by whichever function its first request meets. A session of the API's
 * own sign-in counts its refresh tokens (`generation`) from its first moment; none is taken for one without (`serve` demands it).
 */
export const HOSTED_SESSION = [
  ...['id', 'organizationId', 'personId', 'status', 'mfa', 'mfaAt', 'freshAt', 'expiresAt', 'device', 'ipAddress', 'userAgent'],
  ...['lastActivityAt', 'authTime', 'epoch', 'heldSince', 'version', 'createdAt', 'updatedAt', 'ttl'],
]

const RECORDING: Grant = { actions: ['dynamodb:PutItem'], leadingKeys: [LOOKUPS.SESSION], attributes: [...KEYS, ...HOSTED_SESSION] }

/** Where a person belongs, in numbers, and how many organizations they founded. Nothing of it opens their account to anybody. */
const PERSON_PLACE = ['elsewhere', 'isGoneFromHome', 'homeOrganizationId', 'homes', 'founded']

/** From which devices, and where to, a person signed in; `epoch` is what the sign-in requires. */
const PERSON_SEEN = ['defaultOrganizationId', 'devices', 'epoch']

/** Look-ups that change only these attributes of what is there. */
const NARROW: Partial<Record<Lookup, readonly string[]>> = { SESSION_STATE, PERSON_PLACE, PERSON_SEEN }

const whole = (lookup: Lookup): Grant[] => [{ actions: [...READ, QUERY, ...WRITE], leadingKeys: [LOOKUPS[lookup]] }]

const narrow = (lookup: Lookup, attributes: readonly string[]): Grant[] => [
  { actions: [...READ, QUERY, 'dynamodb:ConditionCheckItem'], leadingKeys: [LOOKUPS[lookup]] },
  { actions: ['dynamodb:UpdateItem'], leadingKeys: [LOOKUPS[lookup]], attributes: [...KEYS, ...attributes] },
]

function lookupGrants(lookup: Lookup): Grant[] {
  if (lookup === 'HOSTED_SESSION') return [{ actions: [...READ, QUERY], leadingKeys: [LOOKUPS.SESSION] }, RECORDING]
  const attributes = NARROW[lookup]
  return attributes ? narrow(lookup, attributes) : whole(lookup)
}

/** A signal is put and never seen again but by the relay and the reconciler. */
const SIGNALS = 'SIGNALS'

const keptOf = (keeping: Keeping, name: string): Kept => {
  // `TALLY#ADMINISTRATORS` is one kind of what `TALLY` names.
  const kept = keeping[name] ?? keeping[name.slice(0, Math.max(0, name.indexOf('#')))]
  if (kept) return kept
  throw new Error(`No context keeps ${name}, which a contract reads or writes. Name it in the manifest of its context, or correct it.`)
}

/** The name's own partitions and the entries of its lists. */
const itemsOf = (keeping: Keeping) => (name: string) => {
  const { byId, lists = [] } = keptOf(keeping, name)
  return [...(byId ? [behind(name)] : under(name)), ...lists.map(behind)]
}

/** The lists of all of a kind are partitions of the indexes alone, which nothing but a query reaches. */
const indexedOf = (keeping: Keeping) => (name: string) => (keptOf(keeping, name).lists ?? []).map(own)

/** What a change of it takes, frees or counts beside it, each kind by its exact partition. */
const besideOf = (keeping: Keeping) => (name: string) => {
  const { guards = [], tallies = [] } = keptOf(keeping, name)
  return [...guards.map((kind) => own(`GUARD#${kind}`)), ...tallies.map((kind) => own(`TALLY#${kind}`))]
}

/** Of the organization, whoever changes what access is decided by writes that alone. */
const RAISING: Grant = {
  actions: ['dynamodb:UpdateItem'],
  leadingKeys: [own('ORGANIZATION')],
  attributes: [...KEYS, 'policyVersion', 'pendingMoves'],
}

/** Of what others lie in, whoever writes them counts them, and sees whether it is there. */
const counting = ({ entity, counted }: NonNullable<Kept['liesIn']>): Grant => ({
  actions: ['dynamodb:UpdateItem'],
  leadingKeys: [behind(entity)],
  attributes: [...KEYS, counted, 'deletedAt'],
})

/** Of what is there, when it may be cleaned away; the service alone does that. */
const ending = (leadingKeys: string[]): Grant => ({ actions: ['dynamodb:UpdateItem'], leadingKeys, attributes: [...KEYS, 'ttl'] })

/** What a function may do with the table: what its contract names, and nothing else. Throws for a name that nobody keeps. */
export function grantsFor({ reads = [], writes = [], ends = [], lookups = [], lookupReads = [] }: DataNeeds, keeping: Keeping): Grant[] {
  const [items, indexed, beside] = [itemsOf(keeping), indexedOf(keeping), besideOf(keeping)]
  const isOnce = (name: string) => keptOf(keeping, name).once
  const [entities, once] = [
    writes.filter((name) => name !== SIGNALS && !isOnce(name)),
    writes.filter((name) => name !== SIGNALS && isOnce(name)),
  ]
  const readable = [...new Set([...reads, ...entities, ...once])]
  const isPolicy = entities.some((name) => keptOf(keeping, name).policy)
  return [
    ...(readable.length
      ? [
          { actions: [...READ, 'dynamodb:ConditionCheckItem'], leadingKeys: readable.flatMap(items) },
          { actions: [QUERY], leadingKeys: readable.flatMap((name) => [...items(name), ...indexed(name)]) },
        ]
      : []),
    ...(entities.length ? [{ actions: WRITE, leadingKeys: entities.flatMap((name) => [...items(name), ...beside(name)]) }] : []),
    ...(once.length ? [{ actions: ['dynamodb:PutItem'], leadingKeys: once.flatMap(items) }] : []),
    ...(ends.length ? [ending(ends.flatMap(items))] : []),
    ...(isPolicy ? [RAISING] : []),
    ...entities.flatMap((name) => keptOf(keeping, name).liesIn ?? []).map(counting),
    ...(writes.includes(SIGNALS) ? [{ actions: ['dynamodb:PutItem'], leadingKeys: [behind(SIGNALS)] }] : []),
    ...lookups.flatMap(lookupGrants),
    ...(lookupReads.length
      ? [{ actions: [...READ, QUERY, 'dynamodb:ConditionCheckItem'], leadingKeys: lookupReads.map((lookup) => LOOKUPS[lookup]) }]
      : []),
  ].map((grant) => ({ ...grant, leadingKeys: [...new Set(grant.leadingKeys)] }))
}

/** Who acts in a tenant. */
const PRINCIPALS = ['USER', 'GUEST', 'API_KEY']

/** What access is decided by, beside organization and principal. */
const POLICY = ['ROLE', 'GROUP', 'UNIT']

/**
 * What `serve` itself needs for an endpoint: organization, principal, session, idempotency, rate, denials, a provider's link; to record a session that
 * began at the hosted login, whose first request may go to any endpoint; and to note that a session is in use.
 */
export function requestGrants(contract: Endpoint): Grant[] {
  const limits = { actions: ['dynamodb:UpdateItem'], leadingKeys: ['RATE#*'] }
  const denials = { actions: ['dynamodb:PutItem'], leadingKeys: [behind('DENIALS')] }
  if ('public' in contract) {
    const caller = contract.signedIn
      ? [{ actions: [...READ, 'dynamodb:ConditionCheckItem'], leadingKeys: [LOOKUPS.SESSION, LOOKUPS.PERSON] }]
      : []
    return [limits, denials, ...caller]
  }
  const link = contract.customer ? [own('CUSTOMER')] : []
  const outside = [LOOKUPS.SESSION, LOOKUPS.PERSON, LOOKUPS.MEMBERSHIP, LOOKUPS.GUEST, LOOKUPS.RECOVERY]
  const readable = [...link, own('ORGANIZATION'), ...[...PRINCIPALS, ...POLICY, 'IDEMPOTENCY'].map(behind), ...outside]
  return [
    { actions: READ, leadingKeys: readable },
    { actions: [QUERY], leadingKeys: [LOOKUPS.SESSION] },
    { actions: ['dynamodb:PutItem'], leadingKeys: [behind('IDEMPOTENCY'), behind('SESSION')] },
    RECORDING,
    { actions: ['dynamodb:UpdateItem'], leadingKeys: [LOOKUPS.SESSION], attributes: [...KEYS, 'seenAt'] },
    { actions: ['dynamodb:ConditionCheckItem'], leadingKeys: [LOOKUPS.PERSON, behind('USER')] },
    limits,
    denials,
  ]
}
