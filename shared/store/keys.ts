/** The only place where keys of the table are made. */
export interface Key {
  pk: string
  sk: string
}

export const INDEXES = ['g1', 'g2', 'g3'] as const
export type IndexName = (typeof INDEXES)[number]
/** The index as DynamoDB knows it (names have at least three characters); its keys are `g1pk` and `g1sk`. */
export const nameOfIndex = (index: IndexName) => `gsi${index.slice(1)}`

/**
 * What stands outside the tenants: the closed list, one prefix for each purpose, so that a function which edits users can neither plant
 * a code nor begin a session. A function's contract must name what it uses of it.
 */
export const LOOKUPS = {
  /** The person: address, credentials' epoch, home. */
  PERSON: 'PERSON#*',
  /** The same, for whoever only counts where they belong. */
  PERSON_PLACE: 'PERSON#*',
  /** The same, for whoever only notes that they signed in. */
  PERSON_SEEN: 'PERSON#*',
  /** Where a person belongs. */
  MEMBERSHIP: 'MEMBERSHIPS#*',
  /** Where a person is, or was, a guest. */
  GUEST: 'GUESTS#*',
  /** Hashed API keys. */
  KEY: 'KEY#*',
  /** The second factor: sealed secret, backup codes, an enrolment. */
  FACTOR: 'FACTOR#*',
  /** A recovery of the second factor that is under way, or waits. */
  RECOVERY: 'RECOVERY#*',
  /** A person's sessions, for whoever begins them; every function may read them. */
  SESSION: 'SESSIONS#*',
  /** The same, for whoever changes or ends sessions that are there. */
  SESSION_STATE: 'SESSIONS#*',
  /** The same, for whoever records one that began at the hosted login. */
  HOSTED_SESSION: 'SESSIONS#*',
  /** Mail address (by its mac) → person; only addresses that were proven. */
  LOGIN: 'LOGIN#*',
  /** Tries at signing in with an address. */
  ATTEMPTS: 'ATTEMPTS#*',
  /** One-time codes, and how many wrong ones an address or a person may still see today. */
  CODE: 'CODE#*',
  /** Sign-ins that wait for a further step. */
  STEP: 'STEP#*',
  /** Registrations that nobody has proven yet. */
  REGISTRATION: 'REGISTRATION#*',
  SLUG: 'SLUG#*',
  /** Hashed one-time tokens of mailed links, each kind apart, so that whoever mails one kind makes none of another. */
  INVITATION_LINK: 'INVITATION_LINK#*',
  REGISTRATION_LINK: 'REGISTRATION_LINK#*',
  RESET_LINK: 'RESET_LINK#*',
  /** Undo a change of mail address. */
  UNDO_LINK: 'UNDO_LINK#*',
  /** Object to a recovery. */
  RECOVERY_LINK: 'RECOVERY_LINK#*',
  /** Hashed refresh tokens, so that the reuse of one is recognized. */
  REFRESH: 'REFRESH#*',
  /** Hashed tokens of devices that signed in before. */
  DEVICE: 'DEVICE#*',
  /** Mails sent to an address, by kind and day. */
  MAILS: 'MAILS#*',
  /** Which customer a repeated request has founded already. */
  MARKER: 'MARKER#*',
  /** What has to happen at a moment to come. */
  DUE: 'DUE#*',
  /** Every organization's id, for the reconciler; sharded. */
  TENANTS: 'TENANTS#*',
  /** The relay's pulse and the reconciler's position. */
  RELAY: 'RELAY#*',
} as const
export type Lookup = keyof typeof LOOKUPS

/** Whose a partition is, and of what: `TENANT#org_1#USER#usr_1` is `org_1`'s, of the entity `USER`. */
export function placeOfPartition(pk: string): { tenant: string | undefined; entity: string | undefined } {
  const [, tenant, entity] = /^TENANT#([^#]+)#([^#]+)/.exec(pk) ?? []
  return { tenant, entity }
}

const tenantPrefix = (tenant: string) => `TENANT#${tenant}#`

/** A partition of one tenant: `tenantPartition('org_1', 'USER', 'usr_1')` is `TENANT#org_1#USER#usr_1`. */
export const tenantPartition = (tenant: string, ...parts: string[]) => tenantPrefix(tenant) + parts.join('#')
export const itemKey = (tenant: string, entity: string, id: string): Key => ({ pk: tenantPartition(tenant, entity, id), sk: 'ITEM' })
/** Who acts in a tenant: a member, or an API key. */
export const principalKey = (tenant: string, id: string): Key => itemKey(tenant, id.startsWith('key_') ? 'API_KEY' : 'USER', id)
/** Who was let in from outside; apart from the users, so that nothing which concerns those meets them. */
export const guestKey = (tenant: string, person: string): Key => itemKey(tenant, 'GUEST', person)
export const organizationKey = (tenant: string): Key => ({ pk: tenantPartition(tenant, 'ORGANIZATION'), sk: 'ITEM' })
/** The number is padded so that a query returns events in their order. */
export const eventKey = (partition: string, version: number): Key => ({ pk: partition, sk: `EVENT#${String(version).padStart(10, '0')}` })
export const guardKey = (tenant: string, kind: string, value: string): Key => ({ pk: tenantPartition(tenant, 'GUARD', kind), sk: value })
/** How many of a kind there are. */
export const tallyKey = (tenant: string, kind: string): Key => itemKey(tenant, 'TALLY', kind)
export const idempotencyKey = (tenant: string, caller: string, route: string, key: string): Key => ({
  pk: tenantPartition(tenant, 'IDEMPOTENCY', caller),
  sk: `${route}#${key}`,
})
export const doneKey = (tenant: string, consumer: string, eventId: string): Key => ({
  pk: tenantPartition(tenant, 'DONE', consumer),
  sk: eventId,
})
/** A person's calls of a route in a minute, whatever tenants they name. */
export const rateKey = (person: string, window: string): Key => ({ pk: `RATE#USER#${person}`, sk: window })
export const ipRateKey = (ip: string, window: string): Key => ({ pk: `RATE#${ip}`, sk: window })
/** How much of something a tenant has had on a day: `T#BUDGET` / `mail#invitation#2026-11-22`. */
export const budgetKey = (tenant: string, what: string): Key => ({ pk: tenantPartition(tenant, 'BUDGET'), sk: what })
/** A provider's link to a customer of its own. */
export const customerKey = (provider: string, customer: string): Key => ({ pk: tenantPartition(provider, 'CUSTOMER'), sk: customer })
export const signalKey = (tenant: string, day: string, id: string): Key => ({ pk: tenantPartition(tenant, 'SIGNALS', day), sk: id })
/** What was tried in vain; every function may write it, so nothing else is taken from there. */
export const denialKey = (tenant: string, day: string, id: string): Key => ({ pk: tenantPartition(tenant, 'DENIALS', day), sk: id })
/** May an event of this type lie there? */
export const isDenial = (type: string) => type.startsWith('access.')

/** A day's events of one tenant, spread over shards so that a busy tenant stays below 1,000 writes a second and partition. */
export const EVENT_SHARDS = 4
export const eventShard = (tenant: string, eventId: string, at: string): [partition: string, sort: string] => [
  tenantPartition(tenant, 'EVENTS', at.slice(0, 10), String(shardOf(eventId, EVENT_SHARDS))),
  eventId,
]
/** All events of a day, its signals and its denials; partitions relative to the tenant. */
export const eventPartitions = (day: string) => Array.from({ length: EVENT_SHARDS }, (_, shard) => `EVENTS#${day}#${shard}`)
export const signalPartition = (day: string) => `SIGNALS#${day}`
export const denialPartition = (day: string) => `DENIALS#${day}`

/** A node of a tree in the list of its level, the top being 1, by its path as a key: `T#UNITS#LEVEL#2` / `unit_a/unit_b/`. */
export const levelPartition = (plural: string, level: number) => `${plural}#LEVEL#${level}`
export const levelKey = (tenant: string, plural: string, level: number, path: string): Key => ({
  pk: tenantPartition(tenant, levelPartition(plural, level)),
  sk: path,
})
/** Where what makes a tree grow and what moves a part of it meet; sharded, so that much can grow at once. */
export const FENCE_SHARDS = 8
export const fenceKey = (tenant: string, plural: string, shard: number): Key => ({
  pk: tenantPartition(tenant, plural, 'FENCE'),
  sk: String(shard),
})

/** A stable shard from the last characters of a ULID, which are random. */
export const shardOf = (id: string, shards: number) => {
  let sum = 0
  for (const character of id.slice(-8)) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_003
  return sum % shards
}

const outside = (prefix: string, owner: string, sk = 'ITEM'): Key => ({ pk: `${prefix}#${owner}`, sk })

export const personKey = (person: string): Key => outside('PERSON', person)
/** Held by whoever changes a person's password or second factor at this moment. */
export const holdKey = (person: string): Key => outside('PERSON', person, 'HOLD')
export const membershipKey = (person: string, tenant: string): Key => outside('MEMBERSHIPS', person, tenant)
export const membershipsPartition = (person: string) => membershipKey(person, '').pk
export const guestEntryKey = (person: string, tenant: string): Key => outside('GUESTS', person, tenant)
export const guestEntriesPartition = (person: string) => guestEntryKey(person, '').pk
export const apiKeyKey = (hash: string): Key => outside('KEY', hash)
export const sessionKey = (person: string, session: string): Key => outside('SESSIONS', person, session)
export const sessionsPartition = (person: string) => sessionKey(person, '').pk
export const loginKey = (mailHash: string): Key => outside('LOGIN', mailHash)
/** A device that signed in before, or a session, has tries of its own, so that strangers cannot use them up. */
export const attemptsKey = (mailHash: string, deviceOrSession?: string): Key =>
  outside('ATTEMPTS', deviceOrSession ? `${mailHash}#${deviceOrSession}` : mailHash)
/** A code for a new password. */
export const resetKey = (mailHash: string): Key => outside('CODE', `RESET#${mailHash}`)
/** A code that proves a person's next mail address. */
export const mailCodeKey = (person: string): Key => outside('CODE', `MAIL#${person}`)
/** Wrong codes that were entered on a day for an address (its mac), or by a person who is signed in. */
export const codeBudgetKey = (countedFor: string, day: string): Key => outside('CODE', `BUDGET#${countedFor}`, day)
/** A sign-in that waits for its next step; known by the hash of Cognito's session. */
export const stepKey = (mailHash: string, sessionHash: string): Key => outside('STEP', mailHash, sessionHash)
export const registrationKey = (registration: string): Key => outside('REGISTRATION', registration)
export const factorKey = (person: string): Key => outside('FACTOR', person, 'TOTP')
/** An authenticator app that is being set up. */
export const enrolmentKey = (person: string): Key => outside('FACTOR', person, 'ENROLMENT')
export const backupCodesKey = (person: string): Key => outside('FACTOR', person, 'BACKUP_CODES')
/** Stands while a person who lost the second factor is let in by a backup code. */
export const recoveryKey = (person: string): Key => outside('RECOVERY', person)
/** A lost factor without backup codes: waits until everybody concerned could object. */
export const recoveryRequestKey = (person: string): Key => outside('RECOVERY', person, 'REQUEST')
export const refreshKey = (tokenHash: string): Key => outside('REFRESH', tokenHash)
export const deviceKey = (deviceHash: string): Key => outside('DEVICE', deviceHash)
export const mailsKey = (mailHash: string, kindAndDay: string): Key => outside('MAILS', mailHash, kindAndDay)
export const slugKey = (slug: string): Key => outside('SLUG', slug)
/** Kinds of mailed links, and where their tokens lie. */
const LINKS = {
  invitation: 'INVITATION_LINK',
  registration: 'REGISTRATION_LINK',
  reset: 'RESET_LINK',
  'mail-undo': 'UNDO_LINK',
  'recovery-cancel': 'RECOVERY_LINK',
} as const
export type LinkKind = keyof typeof LINKS
export const linkKey = (kind: LinkKind, tokenHash: string): Key => outside(LINKS[kind], tokenHash)
export const markerKey = (hash: string): Key => outside('MARKER', hash)
export const DUE_SHARDS = 16
/**
 * What falls due at a moment, in its order: `DUE#<shard>` / `<RFC 3339>#<kind>#<org>#<ref>`. The shard is of tenant and ref alike: neither
 * the many items of one tenant nor the one item of many tenants meet in it.
 */
export const dueKey = (tenant: string, { kind, at, ref }: { kind: string; at: string; ref: string }): Key =>
  outside('DUE', String(shardOf(tenant.slice(-4) + ref.slice(-4), DUE_SHARDS)), `${at}#${kind}#${tenant}#${ref}`)
export const duePartitions = Array.from({ length: DUE_SHARDS }, (_, shard) => `DUE#${shard}`)
/** Where organizations to be closed stood before there were shards: `DUE#CLOSING` / `<RFC 3339>#<org>`. */
export const dueClosingPartition = 'DUE#CLOSING'
export const TENANT_SHARDS = 16
export const tenantsKey = (tenant: string): Key => ({ pk: tenantsPartition(shardOf(tenant, TENANT_SHARDS)), sk: tenant })
export const tenantsPartition = (shard: number) => `TENANTS#${shard}`

/** Sent by whoever asks how far the relay lags; SEEN is the relay's answer. */
export const pulseKey: Key = { pk: 'RELAY#PULSE', sk: 'ITEM' }
export const pulseSeenKey: Key = { pk: 'RELAY#PULSE', sk: 'SEEN' }
export const reconcilerKey: Key = { pk: 'RELAY#RECONCILER', sk: 'ITEM' }
