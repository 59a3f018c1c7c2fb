/** The only place where keys of the table are made. */
export interface Key {
  pk: string
  sk: string
}

export const INDEXES = ['g1', 'g2', 'g3'] as const
export type IndexName = (typeof INDEXES)[number]
/** The index as DynamoDB knows it (names have at least three characters); its keys are `g1pk` and `g1sk`. */
export const nameOfIndex = (index: IndexName) => `gsi${index.slice(1)}`

/** What stands outside the tenants: the closed list. A function's contract must name what it uses of it. */
export const LOOKUPS = {
  /** The person: profile, memberships, backup codes, a recovery under way. */
  PERSON: 'PERSON#*',
  /** The person's sessions; every function may read them. */
  SESSION: 'PERSON#*#SESSIONS',
  /** Hashed mail address → person; sign-in attempts; verification code; sign-ins that wait for a further step. */
  LOGIN: 'LOGIN#*',
  SLUG: 'SLUG#*',
  /** Hashed one-time tokens, such as invitations. */
  TOKEN: 'TOKEN#*',
  /** Hashed refresh tokens that were exchanged, so that their reuse is recognized. */
  REFRESH: 'REFRESH#*',
  /** Every organization's id, for the reconciler; sharded. */
  TENANTS: 'TENANTS#*',
  /** The relay's pulse and the reconciler's position. */
  RELAY: 'RELAY#*',
} as const
export type Lookup = keyof typeof LOOKUPS

const tenantPrefix = (tenant: string) => `TENANT#${tenant}#`

/** A partition of one tenant: `tenantPartition('org_1', 'USER', 'usr_1')` is `TENANT#org_1#USER#usr_1`. */
export const tenantPartition = (tenant: string, ...parts: string[]) => tenantPrefix(tenant) + parts.join('#')
export const itemKey = (tenant: string, entity: string, id: string): Key => ({ pk: tenantPartition(tenant, entity, id), sk: 'ITEM' })
export const organizationKey = (tenant: string): Key => ({ pk: tenantPartition(tenant, 'ORGANIZATION'), sk: 'ITEM' })
/** The number is padded so that a query returns events in their order. */
export const eventKey = (partition: string, version: number): Key => ({ pk: partition, sk: `EVENT#${String(version).padStart(10, '0')}` })
export const guardKey = (tenant: string, kind: string, value: string): Key => ({ pk: tenantPartition(tenant, 'GUARD', kind), sk: value })
/** How many of a kind there are. */
export const tallyKey = (tenant: string, kind: string): Key => guardKey(tenant, 'TALLY', kind)
export const idempotencyKey = (tenant: string, caller: string, route: string, key: string): Key => ({
  pk: tenantPartition(tenant, 'IDEMPOTENCY', caller),
  sk: `${route}#${key}`,
})
export const doneKey = (tenant: string, consumer: string, eventId: string): Key => ({
  pk: tenantPartition(tenant, 'DONE', consumer),
  sk: eventId,
})
export const rateKey = (tenant: string, caller: string, window: string): Key => ({
  pk: tenantPartition(tenant, 'RATE', caller),
  sk: window,
})
export const ipRateKey = (ip: string, window: string): Key => ({ pk: `RATE#${ip}`, sk: window })
/** A provider's link to a customer of its own. */
export const customerKey = (provider: string, customer: string): Key => ({ pk: tenantPartition(provider, 'CUSTOMER'), sk: customer })
export const signalKey = (tenant: string, day: string, id: string): Key => ({ pk: tenantPartition(tenant, 'SIGNALS', day), sk: id })

/** A day's events of one tenant, spread over shards so that a busy tenant stays below 1,000 writes a second and partition. */
export const EVENT_SHARDS = 4
export const eventShard = (tenant: string, eventId: string, at: string): [partition: string, sort: string] => [
  tenantPartition(tenant, 'EVENTS', at.slice(0, 10), String(shardOf(eventId, EVENT_SHARDS))),
  eventId,
]
/** All events of a day, and its signals; partitions relative to the tenant. */
export const eventPartitions = (day: string) => Array.from({ length: EVENT_SHARDS }, (_, shard) => `EVENTS#${day}#${shard}`)
export const signalPartition = (day: string) => `SIGNALS#${day}`

/** A stable shard from the last characters of a ULID, which are random. */
export const shardOf = (id: string, shards: number) => {
  let sum = 0
  for (const character of id.slice(-8)) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_003
  return sum % shards
}

export const personKey = (person: string): Key => ({ pk: `PERSON#${person}`, sk: 'ITEM' })
export const membershipKey = (person: string, tenant: string): Key => ({ pk: `PERSON#${person}`, sk: `MEMBER#${tenant}` })
export const sessionKey = (person: string, session: string): Key => ({ pk: `PERSON#${person}#SESSIONS`, sk: session })
export const loginKey = (mailHash: string): Key => ({ pk: `LOGIN#${mailHash}`, sk: 'ITEM' })
export const attemptsKey = (mailHash: string): Key => ({ pk: `LOGIN#${mailHash}`, sk: 'ATTEMPTS' })
export const verificationKey = (mailHash: string): Key => ({ pk: `LOGIN#${mailHash}`, sk: 'VERIFICATION' })
export const resetKey = (mailHash: string): Key => ({ pk: `LOGIN#${mailHash}`, sk: 'RESET' })
/** A sign-in that waits for its next step; known by the hash of Cognito's session. */
export const stepKey = (mailHash: string, sessionHash: string): Key => ({ pk: `LOGIN#${mailHash}`, sk: `STEP#${sessionHash}` })
export const backupCodesKey = (person: string): Key => ({ pk: `PERSON#${person}`, sk: 'BACKUP_CODES' })
/** Stands while a person who lost the second factor is let in by a backup code. */
export const recoveryKey = (person: string): Key => ({ pk: `PERSON#${person}`, sk: 'RECOVERY' })
export const refreshKey = (tokenHash: string): Key => ({ pk: `REFRESH#${tokenHash}`, sk: 'ITEM' })
/** Everything of a person outside the tenants but the sessions. */
export const personPartition = (person: string) => personKey(person).pk
export const sessionsPartition = (person: string) => sessionKey(person, '').pk
export const slugKey = (slug: string): Key => ({ pk: `SLUG#${slug}`, sk: 'ITEM' })
export const tokenKey = (tokenHash: string): Key => ({ pk: `TOKEN#${tokenHash}`, sk: 'ITEM' })
export const TENANT_SHARDS = 16
export const tenantsKey = (tenant: string): Key => ({ pk: tenantsPartition(shardOf(tenant, TENANT_SHARDS)), sk: tenant })
export const tenantsPartition = (shard: number) => `TENANTS#${shard}`

/** Sent by whoever asks how far the relay lags; SEEN is the relay's answer. */
export const pulseKey: Key = { pk: 'RELAY#PULSE', sk: 'ITEM' }
export const pulseSeenKey: Key = { pk: 'RELAY#PULSE', sk: 'SEEN' }
export const reconcilerKey: Key = { pk: 'RELAY#RECONCILER', sk: 'ITEM' }
