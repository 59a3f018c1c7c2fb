import { marshall } from '@aws-sdk/util-dynamodb'
import { found } from '../functions/organizations/organization.ts'
import { organizations } from '../functions/organizations/organization-store.ts'
import { register } from '../functions/users/user.ts'
import { users } from '../functions/users/user-store.ts'
import { begin, SESSION_MS } from '../shared/identity/session.ts'
import { sessions } from '../shared/identity/session-store.ts'
import type { Entity, Versioned } from '../shared/store/entity.ts'
import type { Key } from '../shared/store/keys.ts'
import { toItem } from '../shared/store/writes.ts'

/** A table in which there is one organization, and in it everybody who is asked for: an administrator, signed in. */

export const ORGANIZATION = 'org_01j9z0s6n6r3v7t4q2m8k5w1xa'
const at = new Date().toISOString()
const founding = {
  id: ORGANIZATION,
  name: 'Analytical Engines',
  slug: 'analytical-engines',
  type: 'customer',
  cursorKey: 'k'.repeat(43),
} as const

const organization = (by: string) => found({ ...founding, foundedBy: by, at }).after
const names = { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' }
const user = (id: string) => register({ id, organizationId: ORGANIZATION, ...names, roleIds: ['rol_admin'], by: id, at }).after
const session = (personId: string, id: string) =>
  begin({
    id,
    personId,
    organizationId: ORGANIZATION,
    device: 'Firefox on Linux',
    ipAddress: '192.0.2.1',
    userAgent: 'bench',
    mfa: false,
    method: 'password',
    at,
    epoch: 1,
    generation: 1,
    expiresAt: new Date(Date.parse(at) + SESSION_MS).toISOString(),
  }).after

const inTable = <T extends Versioned>(entity: Entity<T>, item: T) =>
  marshall(toItem(entity, item), { removeUndefinedValues: true, convertClassInstanceToMap: true })

function itemAt({ pk, sk }: Key): object | undefined {
  const person = /(?:USER|SESSIONS)#(usr_\w+)$/.exec(pk)?.[1]
  if (pk.startsWith('SESSIONS#')) return inTable(sessions, session(person ?? '', sk))
  if (pk.endsWith('#ORGANIZATION')) return inTable(organizations, organization(person ?? 'usr_founder'))
  return person && sk === 'ITEM' ? inTable(users, user(person)) : undefined
}

interface BatchGet {
  RequestItems: Record<string, { Keys: Record<keyof Key, { S: string }>[] }>
}

const consumed = (table: string, units: number) => [{ TableName: table, CapacityUnits: units }]

function batchGet({ RequestItems }: BatchGet): object {
  const [[table = '', { Keys }] = ['', { Keys: [] }]] = Object.entries(RequestItems)
  const items = Keys.flatMap(({ pk, sk }) => itemAt({ pk: pk.S, sk: sk.S }) ?? [])
  return { Responses: { [table]: items }, UnprocessedKeys: {}, ConsumedCapacity: consumed(table, Keys.length) }
}

/** What DynamoDB would answer. Writes succeed and leave nothing; a query finds nothing. */
export function tableAnswer(operation: string, body: string): object {
  if (operation === 'BatchGetItem') return batchGet(JSON.parse(body) as BatchGet)
  if (operation === 'GetItem') return { Item: inTable(users, user('usr_somebody')) }
  if (operation === 'TransactWriteItems') return { ConsumedCapacity: consumed('bench', 12) }
  return { Items: [], Count: 0, ScannedCount: 0 }
}
