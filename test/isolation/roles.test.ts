import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { catalogue, entities, keeping, reactions, tasks } from '../../functions/catalogue.ts'
import { allParts, partsOf } from '../../infra/parts.ts'
import type { Caller } from '../../local/types.ts'
import { type Endpoint, kebab } from '../../shared/endpoint.ts'
import { newId } from '../../shared/ids.ts'
import { type DataNeeds, HOSTED_SESSION } from '../../shared/store/grants.ts'
import { INDEXES, LOOKUPS, type Lookup, nameOfIndex, tenantPartition } from '../../shared/store/keys.ts'
import { type FunctionRoles, openTemplate, type Template } from './world.ts'

/** Every role of the synthesized template, judged as AWS judges it: no function reaches another tenant by anything it may do. */

interface Statement {
  Action: string | string[]
  Resource: string | string[]
  Condition?: Record<string, Record<string, string | string[]>>
}

let template: Template & { remove(): void }
let table: string
const [ours, theirs] = [newId('org'), newId('org')]

beforeAll(async () => {
  template = await openTemplate()
  const [resource] = template.deployment.ofType('AWS::DynamoDB::Table').concat(template.deployment.ofType('AWS::DynamoDB::GlobalTable'))
  if (!resource) throw new Error('The template has no table.')
  table = template.deployment.attribute(resource, 'Arn')
})
afterAll(() => template.remove())

/** The template is known when the tests run, and stays as it is. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const withData = once(() => template.functions.filter((each): each is FunctionRoles & { dataRole: string } => each.dataRole !== undefined))
const roleOf = (context: string, name: string) => withData().find((each) => each.name === `${kebab(context)}-${kebab(name)}`)
const places = () => [table, ...INDEXES.map((index) => `${table}/index/${nameOfIndex(index)}`)]

/** Every key segment that any contract names, those of the kernel, and ones that nobody names. */
const needs = [...catalogue.map(({ contract }) => contract), ...[...reactions, ...tasks].map(({ rule }) => rule)]
const needed: { name: string; rule: DataNeeds }[] = [
  ...catalogue.map(({ context, name, contract }) => ({ name: `${kebab(context)}-${kebab(name)}`, rule: contract })),
  ...[...reactions, ...tasks].map(({ name, rule }) => ({ name, rule })),
]
const segments = [
  ...new Set(
    needs.flatMap(({ reads = [], writes = [] }: { reads?: readonly string[]; writes?: readonly string[] }) => [...reads, ...writes]),
  ),
  ...['ORGANIZATION', 'USER', 'IDEMPOTENCY', 'SIGNALS', 'DENIALS', 'DONE', 'GUARD', 'EVENTS', 'USERS', 'UNKNOWN', ''],
]
const foreignKeys = () => segments.map((segment) => tenantPartition(theirs, segment, 'x'))

function actionsOf(roleArn: string): string[] {
  const roles = template.deployment.ofType('AWS::IAM::Role')
  const role = roles.find((each) => template.deployment.attribute(each, 'Arn') === roleArn)
  const policies = (role?.properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[]
  return [...new Set(policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).flatMap(({ Action }) => [Action].flat()))]
}

const session = (roleArn: string, tenant?: string): Caller => ({
  roleArn,
  tags: tenant === undefined ? {} : { tenant },
  accessKeyId: 'ASIATEST',
})

/** The least that a request on an item names of it. */
const KEYS = ['pk', 'sk']

/** Alone, or as part of a transaction. */
function isAllowed(
  roleArn: string,
  tenant: string | undefined,
  action: string,
  resource: string,
  keys: string[],
  attributes: readonly string[] = KEYS,
) {
  const named: Record<string, string[]> = {
    ...(keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {}),
    'dynamodb:Attributes': [...attributes],
  }
  return [named, { ...named, 'dynamodb:EnclosingOperation': ['TransactWriteItems'] }].some(
    (context) => template.iam.evaluate(session(roleArn, tenant), { action, resource, context }).allowed,
  )
}

/** Each data role once, by the names of the functions that share it, and every action it has. */
const distinct = once(() =>
  [...Map.groupBy(withData(), ({ dataRole }) => dataRole)].map(([dataRole, sharing]) => ({
    names: sharing.map(({ name }) => name),
    dataRole,
    actions: actionsOf(dataRole),
  })),
)

/** Every way of asking, by every action a role has, that is let through. */
function passing(ask: (dataRole: string, action: string, resource: string) => boolean): string[] {
  return distinct().flatMap(({ names, dataRole, actions }) =>
    actions.flatMap((action) => places().flatMap((place) => (ask(dataRole, action, place) ? [`${names} ${action} ${place}`] : []))),
  )
}

/** What each function's contract comes to. */
const partsByName = new Map(allParts(partsOf(catalogue, reactions, tasks)).map(({ name, grants }) => [name, grants]))

test('every endpoint, reaction and task that names data has a data role, shared with those alone whose needs are the same', () => {
  expect(withData().length).toBeGreaterThanOrEqual(catalogue.filter(({ contract }) => !('public' in contract)).length)
  const needsOf = new Map<string, unknown>()
  expect(new Set(withData().map(({ dataRole }) => dataRole)).size).toBeLessThan(withData().length)
  for (const { name, dataRole } of withData()) {
    const stated = partsByName.get(name)
    expect([name, needsOf.get(dataRole) ?? stated]).toEqual([name, stated])
    needsOf.set(dataRole, stated)
  }
})

test("no action of any role reaches another tenant's key", () => {
  expect(passing((dataRole, action, place) => foreignKeys().some((key) => isAllowed(dataRole, ours, action, place, [key])))).toEqual([])
})

test("no action of any role reaches another tenant's key beside one of its own", () => {
  const mixed = (action: string, place: string, dataRole: string) =>
    segments.some((segment) =>
      isAllowed(
        dataRole,
        ours,
        action,
        place,
        [ours, theirs].map((tenant) => tenantPartition(tenant, segment, 'x')),
      ),
    )
  expect(passing((dataRole, action, place) => mixed(action, place, dataRole))).toEqual([])
})

test('no action of any role goes without naming a key', () => {
  expect(passing((dataRole, action, place) => isAllowed(dataRole, ours, action, place, []))).toEqual([])
})

test('without a tenant tag no action of any role reaches any tenant', () => {
  const any = [...foreignKeys(), 'TENANT##USER#x', 'TENANT#', 'TENANT#*#USER#x']
  expect(passing((dataRole, action, place) => any.some((key) => isAllowed(dataRole, undefined, action, place, [key])))).toEqual([])
})

test("a tenant whose id begins like another's does not reach it", () => {
  const keys = segments.map((segment) => tenantPartition(`${ours}x`, segment, 'x'))
  expect(passing((dataRole, action, place) => keys.some((key) => isAllowed(dataRole, ours, action, place, [key])))).toEqual([])
})

test('what a contract names is let through, by every role that names it', () => {
  const wrong = catalogue.flatMap(({ name, context, contract }) => {
    const role = roleOf(context, name)
    const cases = [
      ...[...(contract.reads ?? []), ...(contract.writes ?? []).filter((entity) => entity !== 'SIGNALS')].map((entity) => [
        'dynamodb:Query',
        tenantPartition(ours, entity, 'x'),
      ]),
      ...(contract.writes ?? []).map((entity) => ['dynamodb:PutItem', tenantPartition(ours, entity, 'x')]),
      ...(contract.lookups ?? []).map((lookup) => ['dynamodb:UpdateItem', LOOKUPS[lookup].replaceAll('*', 'x')]),
    ]
    return cases
      .filter(([action = '', key = '']) => !role || !isAllowed(role.dataRole, ours, action, table, [key]))
      .map((each) => [name, ...each])
  })
  expect(wrong).toEqual([])
})

/** Everything that is granted by its name: what contracts name, its lists, guards and tallies, and what the kernel writes for itself. */
const closed = [
  ...Object.entries(keeping).flatMap(([name, { lists = [], guards = [], tallies = [] }]) => [
    ...[name, ...lists],
    ...[...guards.map((kind) => `GUARD#${kind}`), ...tallies.map((kind) => `TALLY#${kind}`)],
  ]),
  ...['GUARD', 'IDEMPOTENCY', 'DONE'],
]
/** Guards and tallies lie side by side, each kind for itself. */
const isClosed = (partition: string) =>
  closed.filter((name) => name !== 'GUARD' && name !== 'TALLY').some((name) => partition === name || partition.startsWith(`${name}#`))

test.each(closed)('what only begins like %s is reached by no role', (name) => {
  const neighbours = [`${name}X`, `${name}X#x`, `${name}_X#x`, `${name}S`, `${name}S#x`].filter((each) => !isClosed(each))
  expect(neighbours.length).toBeGreaterThan(2)
  const keys = neighbours.map((each) => tenantPartition(ours, each))
  expect(passing((dataRole, action, place) => keys.some((key) => isAllowed(dataRole, ours, action, place, [key])))).toEqual([])
})

test('a guard or a tally is changed by those alone who change what it belongs to', () => {
  const writersOf = (names: string[]) => namesOf(needed, ({ writes = [] }) => names.some((name) => writes.includes(name)))
  const owned = Object.entries(keeping).flatMap(([name, { guards = [], tallies = [] }]) => [
    ...guards.map((kind) => [`GUARD#${kind}`, name] as const),
    ...tallies.map((kind) => [`TALLY#${kind}`, name] as const),
  ])
  expect(owned.length).toBeGreaterThan(0)
  const found = owned.map(([partition]) => [partition, whoMay(WRITING, tenantPartition(ours, partition))])
  expect(found).toEqual(owned.map(([partition, name]) => [partition, writersOf([name])]))
})

test('whoever may only read and mark their messages changes no person, and whoever chooses preferences neither', () => {
  const open = ['notifications-read-notification', 'notifications-read-all-notifications', 'notifications-replace-notification-preferences']
  for (const partition of ['USER#usr_x', 'USERS#SEARCH', 'GUARD#EMAIL', 'TALLY#ADMINISTRATORS'])
    expect(whoMay(WRITING, tenantPartition(ours, partition)).filter((name) => open.includes(name))).toEqual([])
  expect(whoMay(WRITING, tenantPartition(ours, 'INBOX#usr_x'))).toEqual([
    ...['notifications-on-user-changed', 'notifications-read-all-notifications', 'notifications-read-notification'],
    ...['notifications-tell-administrators', 'notifications-tell-deciders'],
  ])
})

/** What `serve` itself looks up outside the tenant for whoever is signed in: the session, the memberships and where they are a guest; person and recovery, when a session begins. */
const OF_EVERY_REQUEST = ['SESSION', 'PERSON', 'MEMBERSHIP', 'GUEST', 'RECOVERY']
const OF_A_CALLER = ['SESSION', 'PERSON']

const lookedUpBy = (contract: Endpoint) => {
  if (!('public' in contract)) return OF_EVERY_REQUEST
  return contract.signedIn ? OF_A_CALLER : []
}

/** The same place by another name counts as named. */
const placesOf = (lookups: readonly string[]) => new Set(lookups.map((lookup) => LOOKUPS[lookup as Lookup]))

test('what a contract does not name is refused: writes by readers, look-ups, whole-table operations', () => {
  const wrong = catalogue.flatMap(({ name, context, contract }) => {
    const role = roleOf(context, name)
    if (!role) return []
    const written = new Set<string>([...(contract.writes ?? []), ...(contract.writes ? ['GUARD'] : [])])
    const unwritten = ['USER', 'ORGANIZATION', 'SESSION', 'GUARD', 'AUDIT'].filter((entity) => !written.has(entity))
    const isSigned = !('public' in contract)
    const verbs = (entity: string) => (isSigned && entity === 'SESSION' ? ['Update', 'Delete'] : ['Put', 'Update', 'Delete'])
    const known = placesOf([...(contract.lookups ?? []), ...(contract.lookupReads ?? []), ...lookedUpBy(contract)])
    const strange = Object.values(LOOKUPS).filter((pattern) => !known.has(pattern))
    const cases = [
      ...unwritten.flatMap((entity) => verbs(entity).map((verb) => [`dynamodb:${verb}Item`, tenantPartition(ours, entity, 'x')])),
      ...strange.map((pattern) => ['dynamodb:GetItem', pattern.replaceAll('*', 'x')]),
      ...['Scan', 'BatchWriteItem', 'PartiQLSelect', 'PartiQLDelete', 'DeleteTable', 'UpdateTable', 'ExportTableToPointInTime'].map(
        (verb) => [`dynamodb:${verb}`, tenantPartition(ours, 'USER', 'x')],
      ),
    ]
    return cases.filter(([action = '', key = '']) => isAllowed(role.dataRole, ours, action, table, [key])).map((each) => [name, ...each])
  })
  expect(wrong).toEqual([])
})

/** Every operation on one item, or on one partition. */
const VERBS = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem', 'PutItem', 'UpdateItem', 'DeleteItem']

const OF_A_PERSON = [
  'PERSON',
  'PERSON_PLACE',
  'PERSON_SEEN',
  'MEMBERSHIP',
  'FACTOR',
  'RECOVERY',
  'SESSION',
  'SESSION_STATE',
  'HOSTED_SESSION',
]

test('an endpoint that names nothing of a person reads person, memberships, sessions and recovery, no factor, and writes of sessions two things: one that began at the hosted login, and its use', () => {
  const allowed = catalogue.flatMap(({ name, context, contract }) => {
    const { lookups = [], lookupReads = [], writes = [], reads = [] } = contract
    const named: readonly string[] = [...lookups, ...lookupReads, ...writes, ...reads]
    const role = roleOf(context, name)
    if (!role || OF_A_PERSON.some((each) => named.includes(each))) return []
    const may = (key: string, attributes?: string[]) =>
      VERBS.filter((verb) => isAllowed(role.dataRole, ours, `dynamodb:${verb}`, table, [key], attributes))
    const writing = (...attributes: string[]) => may('SESSIONS#usr_x', [...KEYS, ...attributes]).filter((verb) => !/Get|Query/.test(verb))
    const found = {
      person: may('PERSON#usr_x'),
      memberships: may('MEMBERSHIPS#usr_x'),
      factor: may('FACTOR#usr_x'),
      recovery: may('RECOVERY#usr_x'),
      sessions: may('SESSIONS#usr_x'),
      hosted: writing(...HOSTED_SESSION),
      use: writing('seenAt'),
      counted: writing(...HOSTED_SESSION, 'generation'),
      ended: writing('status', 'version', 'updatedAt').filter((verb) => verb !== 'PutItem'),
      events: may(tenantPartition(ours, 'SESSION', 'x')),
    }
    return [[name, lookedUpBy(contract), found] as const]
  })
  const none = {
    person: [],
    memberships: [],
    factor: [],
    recovery: [],
    sessions: [],
    hosted: [],
    use: [],
    counted: [],
    ended: [],
    events: [],
  }
  const read = ['GetItem', 'BatchGetItem']
  const caller = { ...none, person: read, sessions: read }
  const signed = {
    ...none,
    person: [...read, 'ConditionCheckItem'],
    memberships: read,
    recovery: read,
    sessions: [...read, 'Query', 'PutItem', 'UpdateItem'],
    hosted: ['PutItem'],
    use: ['UpdateItem'],
    events: ['PutItem'],
  }
  const expected = new Map([
    [OF_EVERY_REQUEST, signed],
    [OF_A_CALLER, caller],
  ])
  expect(allowed.length).toBeGreaterThan(0)
  expect(allowed).toEqual(allowed.map(([name, lookedUp]) => [name, lookedUp, expected.get(lookedUp) ?? none]))
})

/** Every function that may do one of these with a key. */
const whoMay = (verbs: string[], key: string, attributes?: string[]) =>
  distinct()
    .filter(({ dataRole }) => verbs.some((verb) => isAllowed(dataRole, ours, `dynamodb:${verb}`, table, [key], attributes)))
    .flatMap(({ names }) => names)
    .sort()

const READING = ['GetItem', 'BatchGetItem', 'Query']
const WRITING = ['PutItem', 'UpdateItem', 'DeleteItem']
const namesOf = (of: typeof needed, is: (needs: DataNeeds) => boolean) =>
  of
    .filter(({ rule }) => is(rule))
    .map(({ name }) => name)
    .sort()

test('a signal is left by those that say so, and once it is there nobody changes it and the reconciler alone reads it', () => {
  const signals = tenantPartition(ours, 'SIGNALS', '2026-01-01')
  expect(whoMay(['PutItem'], signals)).toEqual(namesOf(needed, ({ writes = [] }) => writes.includes('SIGNALS')))
  expect(whoMay(['UpdateItem', 'DeleteItem'], signals)).toEqual([])
  expect(whoMay(READING, signals)).toEqual(['reconcile'])
})

test('what an event tells of is put in transactions alone, by whomever', () => {
  const putting = withData().flatMap(({ dataRole }) => (actionsOf(dataRole).includes('dynamodb:PutItem') ? [dataRole] : []))
  const alone = (pk: string) => {
    const context = { 'dynamodb:LeadingKeys': [pk], 'dynamodb:Attributes': KEYS }
    return putting.some(
      (role) => template.iam.evaluate(session(role, ours), { action: 'dynamodb:PutItem', resource: table, context }).allowed,
    )
  }
  const own = (...parts: string[]) => tenantPartition(ours, ...parts)
  const records = [own('AUDIT', '2026-01', '0'), own('SIGNALS', '2026-01-01'), own('DENIALS', '2026-01-01'), own('DONE', 'x')]
  for (const pk of [...records, own('USERS', 'SEARCH'), own('USERS', 'ROLE', 'rol_x'), 'INVITATION_LINK#x'])
    expect([pk, alone(pk)]).toEqual([pk, true])
  const aggregates = [...entities].map(([name]) => own(name, 'x'))
  const others = [own('ORGANIZATION'), own('GUARD', 'EMAIL'), own('TALLY', 'ADMINISTRATORS'), own('IDEMPOTENCY', 'x'), own('USERS')]
  const outside = Object.values(LOOKUPS).filter((key) => key !== LOOKUPS.INVITATION_LINK)
  const closed = [...aggregates.filter((pk) => !pk.includes('#AUDIT#')), ...others, ...outside.map((key) => key.replace('*', 'x'))]
  expect(closed.filter(alone)).toEqual([])
})

test('every endpoint leaves a trace of what it denied, among the denials, and nobody changes one', () => {
  const denials = tenantPartition(ours, 'DENIALS', '2026-01-01')
  expect(whoMay(['PutItem'], denials)).toEqual(catalogue.map(({ context, name }) => `${kebab(context)}-${kebab(name)}`).sort())
  expect(whoMay(['UpdateItem', 'DeleteItem'], denials)).toEqual([])
  expect(whoMay(READING, denials)).toEqual(['reconcile'])
})

test('an entry of the audit trail is written by one function, ended by another, and changed or deleted by none', () => {
  const entries = tenantPartition(ours, 'AUDIT', '2026-01', '0')
  expect(whoMay(['PutItem'], entries)).toEqual(['audit-on-any-event'])
  expect(whoMay(['UpdateItem'], entries, [...KEYS, 'ttl'])).toEqual(['audit-on-retention-due'])
  expect(whoMay(['UpdateItem'], entries, [...KEYS, 'ttl', 'packed'])).toEqual([])
  expect(whoMay(['DeleteItem'], entries)).toEqual([])
})

test('whatever a role says, the table lets nobody delete an entry, or change of it more than when it goes', () => {
  const refused = (verb: string, attributes: string[]) => {
    const context = { 'dynamodb:LeadingKeys': [tenantPartition(ours, 'AUDIT', '2026-01', '0')], 'dynamodb:Attributes': attributes }
    const mighty = withData().map(({ dataRole }) => dataRole)
    return mighty.every(
      (role) => !template.iam.evaluate(session(role, ours), { action: `dynamodb:${verb}`, resource: table, context }).allowed,
    )
  }
  expect(refused('DeleteItem', KEYS)).toBe(true)
  expect(refused('UpdateItem', [...KEYS, 'success'])).toBe(true)
  expect(refused('UpdateItem', [...KEYS, 'ttl'])).toBe(false)
})

/** What opens an account to whoever writes or reads it, and every function that does. */
test.each([
  ['UNDO_LINK', ['identity-undo-email-change', 'notifications-on-mail-changed']],
  ['RESET_LINK', ['identity-reset-password', 'notifications-on-password-reset']],
  ['RECOVERY_LINK', ['identity-cancel-recovery', 'notifications-on-account-changed']],
  ['INVITATION_LINK', ['identity-accept-invitation', 'notifications-on-user-invited']],
  ['REGISTRATION_LINK', ['identity-verify-email', 'notifications-on-registration-begun']],
  [
    'FACTOR',
    [
      ...[
        'identity-complete-mfa',
        'identity-complete-recovery',
        'identity-get-me',
        'identity-on-mfa-reset',
        'identity-recover-mfa',
        'identity-remove-mfa',
      ],
      ...['identity-replace-backup-codes', 'identity-set-up-mfa', 'identity-step-up', 'identity-undo-email-change', 'identity-verify-mfa'],
    ],
  ],
] as [Lookup, string[]][])('%s is reached by these functions alone', (lookup, names) => {
  expect(whoMay(VERBS, LOOKUPS[lookup].replace('*', 'x'))).toEqual(names)
})

test.each([
  [
    'LOGIN',
    [
      ...['identity-accept-invitation', 'identity-change-password', 'identity-complete-recovery', 'identity-logout-all'],
      ...['identity-on-member-gone', 'identity-on-mfa-reset', 'identity-recover-mfa', 'identity-remove-mfa', 'identity-reset-password'],
      ...['identity-set-new-password', 'identity-undo-email-change', 'identity-verify-email', 'identity-verify-mfa'],
    ],
  ],
  [
    'PERSON',
    [
      ...['identity-accept-invitation', 'identity-change-password', 'identity-complete-recovery', 'identity-logout-all'],
      ...['identity-on-member-gone', 'identity-on-mfa-reset', 'identity-recover-mfa', 'identity-remove-mfa', 'identity-reset-password'],
      ...['identity-set-home', 'identity-set-new-password', 'identity-undo-email-change', 'identity-verify-email', 'identity-verify-mfa'],
    ],
  ],
] as [Lookup, string[]][])('%s is written whole by these functions alone', (lookup, names) => {
  expect(whoMay(WRITING, LOOKUPS[lookup].replace('*', 'x'), [...KEYS, 'email'])).toEqual(names)
})

test('whoever counts where a person belongs, or notes their sign-in, changes no address, password or factor of theirs', () => {
  const counting = namesOf(needed, ({ lookups = [] }) => lookups.includes('PERSON_PLACE') || lookups.includes('PERSON_SEEN'))
  const whole = new Set(namesOf(needed, ({ lookups = [] }) => lookups.includes('PERSON')))
  const told = withData().filter(({ name }) => counting.includes(name) && !whole.has(name))
  expect(told.length).toBeGreaterThan(4)
  const wrong = told.filter(({ dataRole }) => {
    const may = (verb: string, attribute: string) =>
      isAllowed(dataRole, ours, `dynamodb:${verb}`, table, ['PERSON#usr_x'], [...KEYS, attribute])
    const secrets = ['email', 'validAfter', 'keptSession', 'mfaEnabled', 'approvalsVoidAt', 'mailUndo', 'id']
    return ['PutItem', 'DeleteItem'].some((verb) => may(verb, 'elsewhere')) || secrets.some((attribute) => may('UpdateItem', attribute))
  })
  expect(wrong.map(({ name }) => name)).toEqual([])
})

test('the renewal of tokens records a session that began at the hosted login, as whatever serves somebody signed in does, and counts none from its first moment', () => {
  const [refresh] = withData().filter(({ name }) => name === 'identity-refresh')
  const may = (action: string, key: string, attributes: readonly string[] = []) =>
    isAllowed(refresh?.dataRole ?? '', ours, `dynamodb:${action}`, table, [key], [...KEYS, ...attributes])
  const reached = [
    may('Query', 'SESSIONS#usr_x'),
    may('GetItem', 'RECOVERY#usr_x'),
    may('ConditionCheckItem', 'PERSON#usr_x', ['epoch']),
    may('ConditionCheckItem', tenantPartition(ours, 'USER', 'usr_x'), ['status', 'deletedAt']),
    may('PutItem', tenantPartition(ours, 'SESSION', 'x')),
    may('PutItem', 'SESSIONS#usr_x', HOSTED_SESSION),
  ]
  expect(reached).toEqual(reached.map(() => true))
  expect(may('PutItem', 'SESSIONS#usr_x', [...HOSTED_SESSION, 'generation'])).toBe(false)
})

test('whoever changes or ends sessions begins none, and moves none to another person or a later end', () => {
  const wrong = catalogue.flatMap(({ name, context, contract }) => {
    const role = roleOf(context, name)
    const lookups: readonly string[] = contract.lookups ?? []
    if (!role || !lookups.includes('SESSION_STATE') || lookups.includes('SESSION')) return []
    const may = (verb: string, ...attributes: string[]) =>
      isAllowed(role.dataRole, ours, `dynamodb:${verb}`, table, ['SESSIONS#usr_x'], [...KEYS, ...attributes])
    const ends = may('UpdateItem', 'status', 'revokedAt', 'revokedReason', 'version', 'updatedAt')
    const begins = may('PutItem', ...HOSTED_SESSION, 'generation') || may('DeleteItem')
    const moves = ['personId', 'organizationId', 'expiresAt', 'createdAt', 'epoch', 'ttl'].filter((field) => may('UpdateItem', field))
    return ends && !begins && moves.length === 0 ? [] : [[name, { ends, begins, moves }]]
  })
  expect(wrong).toEqual([])
})

test('an execution role alone reaches no item, and takes on no data role but that of its function', () => {
  const direct = withData().filter(({ executionRole }) =>
    ['GetItem', 'PutItem', 'Query', 'Scan'].some((verb) =>
      isAllowed(executionRole, undefined, `dynamodb:${verb}`, table, [tenantPartition(ours, 'USER', 'x')]),
    ),
  )
  expect(direct.map(({ name }) => name)).toEqual([])
  const assume = (caller: string, resource: string) =>
    template.iam.evaluateTrust(session(caller), { action: 'sts:AssumeRole', resource, context: {} }).allowed
  const roles = withData()
  const wrong = roles.flatMap((from) =>
    roles
      .filter((to) => assume(from.executionRole, to.dataRole) !== (from.dataRole === to.dataRole))
      .map((to) => `${from.name} → ${to.name}`),
  )
  expect(wrong).toEqual([])
})

test("a data role's session takes a tenant's id as its tag, and no other", () => {
  const tag = (role: FunctionRoles & { dataRole: string }, context: Record<string, string[]>) =>
    template.iam.evaluateTrust(session(role.executionRole), { action: 'sts:TagSession', resource: role.dataRole, context }).allowed
  for (const role of withData()) {
    expect(tag(role, { 'aws:RequestTag/tenant': [ours], 'aws:TagKeys': ['tenant'] })).toBe(true)
    for (const value of ['*', 'usr_x', '', 'TENANT'])
      expect(tag(role, { 'aws:RequestTag/tenant': [value], 'aws:TagKeys': ['tenant'] })).toBe(false)
    expect(tag(role, { 'aws:RequestTag/tenant': [ours], 'aws:RequestTag/other': ['x'], 'aws:TagKeys': ['tenant', 'other'] })).toBe(false)
  }
})
