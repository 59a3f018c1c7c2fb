import { describe, expect, test } from '@jest/globals'
import { type DataNeeds, grantsFor, HOSTED_SESSION, KERNEL, type Keeping, requestGrants } from './grants.ts'
import {
  denialKey,
  factorKey,
  idempotencyKey,
  ipRateKey,
  itemKey,
  membershipKey,
  organizationKey,
  personKey,
  rateKey,
  recoveryKey,
  sessionKey,
  signalKey,
  tallyKey,
} from './keys.ts'

const OWN = 'TENANT#org_1#'
const KEEPING: Keeping = {
  ...KERNEL,
  USER: { lists: ['USERS'] },
  GROUP: { lists: ['GROUPS'], guards: ['GROUP_NAME'], tallies: ['OWNERS'] },
}
const granted = (needs: DataNeeds) => grantsFor(needs, KEEPING)
/** As IAM reads them for a session tagged `org_1`. */
const patterns = (keys: string[]) =>
  keys.map(
    (key) =>
      new RegExp(
        `^${key
          .replace(/\$\{aws:PrincipalTag\/tenant\}/, 'org_1')
          .replace(/[.$]/g, '\\$&')
          .replaceAll('*', '.*')}$`,
      ),
  )
/** By a request that names these attributes of the item; without them, one that may name any. */
const may = (grants: ReturnType<typeof grantsFor>, action: string, partition: string, named?: string[]) =>
  grants
    .filter(({ attributes }) => !attributes || named?.every((each) => attributes.includes(each)))
    .some(
      ({ actions, leadingKeys }) => actions.includes(`dynamodb:${action}`) && patterns(leadingKeys).some((each) => each.test(partition)),
    )

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem']

describe('a data role', () => {
  const grants = granted({ reads: ['USER'], writes: ['GROUP', 'SIGNALS'], lookups: ['SLUG'], lookupReads: ['LOGIN'] })

  test('reads what its contract reads or writes, its indexes included', () => {
    for (const entity of ['USER#usr_1', 'USERS', 'GROUP#grp_1', 'GROUPS']) expect(may(grants, 'Query', OWN + entity)).toBe(true)
    expect(may(grants, 'BatchGetItem', `${OWN}ROLE#rol_1`)).toBe(false)
  })

  test('reaches nothing whose name only begins like one that its contract gives', () => {
    const neighbours = ['USERX', 'USER_GROUP#x', 'USERSX#x', 'GROUP_ROLE#x', 'GROUPSX', 'GUARD#GROUP_NAMES', 'TALLY#OWNERSX']
    const actions = [...WRITES, 'ConditionCheckItem', 'Query', 'GetItem', 'BatchGetItem']
    expect(neighbours.filter((each) => actions.some((action) => may(grants, action, OWN + each)))).toEqual([])
  })

  test('is refused to a contract that names what no context keeps', () => {
    expect(() => granted({ reads: ['GROUPP'] })).toThrow('No context keeps GROUPP')
  })

  test('writes what its contract writes, with the guards and tallies of that alone, and nothing else', () => {
    for (const action of WRITES) {
      expect(may(grants, action, `${OWN}GROUP#grp_1`)).toBe(true)
      expect(may(grants, action, `${OWN}GUARD#GROUP_NAME`)).toBe(true)
      expect(may(grants, action, tallyKey('org_1', 'OWNERS').pk)).toBe(true)
      for (const other of ['GUARD#EMAIL', 'TALLY#ADMINISTRATORS', 'USER#usr_1']) expect(may(grants, action, OWN + other)).toBe(false)
    }
  })

  test('reaches no other tenant', () => {
    for (const action of [...WRITES, 'Query', 'BatchGetItem']) expect(may(grants, action, 'TENANT#org_2#GROUP#grp_1')).toBe(false)
  })

  test('writes the look-ups it writes, and only reads those it reads', () => {
    expect(may(grants, 'PutItem', 'SLUG#acme')).toBe(true)
    expect(may(grants, 'BatchGetItem', 'LOGIN#hash')).toBe(true)
    expect(may(grants, 'PutItem', 'LOGIN#hash')).toBe(false)
    expect(may(grants, 'BatchGetItem', 'TOKEN#hash')).toBe(false)
  })

  test('leaves the signals it says it leaves, and reads or changes none', () => {
    const { pk } = signalKey('org_1', '2026-01-01', 'f')
    expect(may(grants, 'PutItem', pk)).toBe(true)
    for (const action of ['UpdateItem', 'DeleteItem', 'Query', 'BatchGetItem']) expect(may(grants, action, pk)).toBe(false)
    expect(may(granted({ writes: ['SIGNALS'] }), 'PutItem', `${OWN}GUARD#EMAIL`)).toBe(false)
  })

  test('counts where a person belongs without reaching what they sign in with', () => {
    const counting = granted({ lookups: ['PERSON_PLACE'] })
    const { pk } = personKey('usr_1')
    expect(may(counting, 'UpdateItem', pk, ['pk', 'sk', 'elsewhere', 'homeOrganizationId'])).toBe(true)
    for (const attribute of ['email', 'epoch', 'mfaEnabled']) expect(may(counting, 'UpdateItem', pk, ['pk', 'sk', attribute])).toBe(false)
    for (const action of ['PutItem', 'DeleteItem']) expect(may(counting, action, pk, ['pk', 'sk'])).toBe(false)
  })

  test('counts what it writes where that lies, and changes nothing else there', () => {
    const keeping: Keeping = { ...KERNEL, NOTE: { liesIn: { entity: 'BOARD', counted: 'notes' } } }
    const counting = grantsFor({ writes: ['NOTE'] }, keeping)
    const board = `${OWN}BOARD#brd_1`
    expect(may(counting, 'UpdateItem', board, ['pk', 'sk', 'notes', 'deletedAt'])).toBe(true)
    expect(may(counting, 'UpdateItem', board, ['pk', 'sk', 'notes', 'name'])).toBe(false)
    expect([...WRITES, 'GetItem', 'Query'].filter((action) => may(counting, action, board))).toEqual([])
  })

  test('of a contract that names nothing holds nothing, and never scans', () => {
    expect(granted({})).toEqual([])
    expect(grants.flatMap(({ actions }) => actions)).not.toContain('dynamodb:Scan')
  })
})

describe('for serve itself, an endpoint', () => {
  const signed = requestGrants({ route: 'GET /api/v1/users', summary: 'x', permission: 'users:read' })
  const open = requestGrants({ route: 'POST /api/v1/auth/login', summary: 'x', public: 'Signs in.' })

  test('for signed-in callers reads its gate and writes its idempotency record, counter and denials', () => {
    for (const { pk } of [
      organizationKey('org_1'),
      itemKey('org_1', 'USER', 'usr_1'),
      sessionKey('usr_1', 's'),
      idempotencyKey('org_1', 'usr_1', 'r', 'k'),
    ])
      expect(may(signed, 'BatchGetItem', pk)).toBe(true)
    expect(may(signed, 'PutItem', idempotencyKey('org_1', 'usr_1', 'r', 'k').pk)).toBe(true)
    expect(may(signed, 'UpdateItem', rateKey('usr_1', 'w').pk)).toBe(true)
    for (const each of [signed, open]) {
      expect(may(each, 'PutItem', denialKey('org_1', '2026-01-01', 'f').pk)).toBe(true)
      expect(may(each, 'PutItem', signalKey('org_1', '2026-01-01', 'f').pk)).toBe(false)
    }
    expect(may(signed, 'PutItem', itemKey('org_1', 'USER', 'usr_1').pk)).toBe(false)
  })

  test('for everybody reads a session only where it takes one, and writes none', () => {
    const optional = requestGrants({ route: 'POST /api/v1/auth/x', summary: 'x', public: 'Either way.', signedIn: 'optional' })
    for (const { pk } of [sessionKey('usr_1', 's'), personKey('usr_1')]) {
      expect([may(optional, 'BatchGetItem', pk), may(optional, 'ConditionCheckItem', pk)]).toEqual([true, true])
      expect(['PutItem', 'UpdateItem', 'DeleteItem'].some((action) => may(optional, action, pk))).toBe(false)
      expect(may(open, 'BatchGetItem', pk)).toBe(false)
    }
  })

  test('for whoever renews a hosted sign-in may record its session, and nothing that only the API begins', () => {
    const renewing = granted({ lookups: ['HOSTED_SESSION'] })
    const { pk } = sessionKey('usr_1', 's')
    expect(may(renewing, 'PutItem', pk, ['pk', 'sk', ...HOSTED_SESSION])).toBe(true)
    expect(may(renewing, 'PutItem', pk, ['pk', 'sk', ...HOSTED_SESSION, 'generation'])).toBe(false)
    for (const action of ['UpdateItem', 'DeleteItem']) expect(may(renewing, action, pk)).toBe(false)
  })

  test('for signed-in callers may record a session, and change or end none', () => {
    for (const { pk } of [personKey('usr_1'), membershipKey('usr_1', 'org_1'), recoveryKey('usr_1')])
      expect(may(signed, 'BatchGetItem', pk)).toBe(true)
    expect(may(signed, 'BatchGetItem', factorKey('usr_1').pk)).toBe(false)
    expect(may(signed, 'ConditionCheckItem', personKey('usr_1').pk)).toBe(true)
    expect(may(signed, 'Query', sessionKey('usr_1', 's').pk)).toBe(true)
    expect(may(signed, 'PutItem', sessionKey('usr_1', 's').pk, ['pk', 'sk', ...HOSTED_SESSION])).toBe(true)
    expect(may(signed, 'PutItem', sessionKey('usr_1', 's').pk, ['pk', 'sk', ...HOSTED_SESSION, 'generation'])).toBe(false)
    expect(may(signed, 'UpdateItem', sessionKey('usr_1', 's').pk, ['pk', 'sk', 'seenAt'])).toBe(true)
    expect(may(signed, 'UpdateItem', sessionKey('usr_1', 's').pk, ['pk', 'sk', 'status'])).toBe(false)
    expect(may(signed, 'PutItem', itemKey('org_1', 'SESSION', 's').pk)).toBe(true)
    for (const action of ['UpdateItem', 'DeleteItem']) expect(may(signed, action, sessionKey('usr_1', 's').pk)).toBe(false)
    for (const action of ['PutItem', 'UpdateItem', 'DeleteItem', 'Query']) expect(may(signed, action, personKey('usr_1').pk)).toBe(false)
  })

  test('for everybody counts addresses and opens no organization', () => {
    expect(may(open, 'UpdateItem', ipRateKey('192.0.2.1', 'w').pk)).toBe(true)
    expect(may(open, 'BatchGetItem', organizationKey('org_1').pk)).toBe(false)
  })
})
