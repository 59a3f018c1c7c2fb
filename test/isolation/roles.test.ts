import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { catalogue } from '../../functions/catalogue.ts'
import { reactions, tasks } from '../../functions/reactions.ts'
import type { Caller } from '../../local/types.ts'
import { kebab } from '../../shared/endpoint.ts'
import { newId } from '../../shared/ids.ts'
import { INDEXES, LOOKUPS, nameOfIndex, tenantPartition } from '../../shared/store/keys.ts'
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
}, 60_000)
afterAll(() => template.remove())

const withData = () => template.functions.filter((each): each is FunctionRoles & { dataRole: string } => each.dataRole !== undefined)
const places = () => [table, ...INDEXES.map((index) => `${table}/index/${nameOfIndex(index)}`)]

/** Every key segment that any contract names, those of the kernel, and ones that nobody names. */
const needs = [...catalogue.map(({ contract }) => contract), ...[...reactions, ...tasks].map(({ rule }) => rule)]
const segments = [
  ...new Set(
    needs.flatMap(({ reads = [], writes = [] }: { reads?: readonly string[]; writes?: readonly string[] }) => [...reads, ...writes]),
  ),
  ...['ORGANIZATION', 'USER', 'IDEMPOTENCY', 'RATE', 'SIGNALS', 'DONE', 'GUARD', 'EVENTS', 'USERS', 'UNKNOWN', ''],
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

/** Alone, or as part of a transaction. */
function isAllowed(roleArn: string, tenant: string | undefined, action: string, resource: string, keys: string[]) {
  const named: Record<string, string[]> = keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {}
  return [named, { ...named, 'dynamodb:EnclosingOperation': ['TransactWriteItems'] }].some(
    (context) => template.iam.evaluate(session(roleArn, tenant), { action, resource, context }).allowed,
  )
}

/** Every way of asking, by every action a role has, that is let through. */
function passing(ask: (role: FunctionRoles & { dataRole: string }, action: string, resource: string) => boolean): string[] {
  return withData().flatMap((role) =>
    actionsOf(role.dataRole).flatMap((action) =>
      places().flatMap((place) => (ask(role, action, place) ? [`${role.name} ${action} ${place}`] : [])),
    ),
  )
}

test('every endpoint, reaction and task that names data has a data role of its own', () => {
  expect(withData().length).toBeGreaterThanOrEqual(catalogue.filter(({ contract }) => !('public' in contract)).length)
  expect(new Set(withData().map(({ dataRole }) => dataRole)).size).toBe(withData().length)
})

test("no action of any role reaches another tenant's key", () => {
  expect(passing(({ dataRole }, action, place) => foreignKeys().some((key) => isAllowed(dataRole, ours, action, place, [key])))).toEqual([])
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
  expect(passing(({ dataRole }, action, place) => mixed(action, place, dataRole))).toEqual([])
})

test('no action of any role goes without naming a key', () => {
  expect(passing(({ dataRole }, action, place) => isAllowed(dataRole, ours, action, place, []))).toEqual([])
})

test('without a tenant tag no action of any role reaches any tenant', () => {
  const any = [...foreignKeys(), 'TENANT##USER#x', 'TENANT#', 'TENANT#*#USER#x']
  expect(passing(({ dataRole }, action, place) => any.some((key) => isAllowed(dataRole, undefined, action, place, [key])))).toEqual([])
})

test("a tenant whose id begins like another's does not reach it", () => {
  const keys = segments.map((segment) => tenantPartition(`${ours}x`, segment, 'x'))
  expect(passing(({ dataRole }, action, place) => keys.some((key) => isAllowed(dataRole, ours, action, place, [key])))).toEqual([])
})

test('what a contract names is let through, by every role that names it', () => {
  const wrong = catalogue.flatMap(({ name, context, contract }) => {
    const role = withData().find((each) => each.name === `${context}-${kebab(name)}`)
    const cases = [
      ...[...(contract.reads ?? []), ...(contract.writes ?? [])].map((entity) => ['dynamodb:Query', tenantPartition(ours, entity, 'x')]),
      ...(contract.writes ?? []).map((entity) => ['dynamodb:PutItem', tenantPartition(ours, entity, 'x')]),
      ...(contract.lookups ?? []).map((lookup) => ['dynamodb:UpdateItem', LOOKUPS[lookup].replaceAll('*', 'x')]),
    ]
    return cases
      .filter(([action = '', key = '']) => !role || !isAllowed(role.dataRole, ours, action, table, [key]))
      .map((each) => [name, ...each])
  })
  expect(wrong).toEqual([])
})

/** What `serve` itself looks up outside the tenant for whoever is signed in: the session; and the person, when a session begins. */
const OF_EVERY_REQUEST = ['SESSION', 'PERSON']

test('what a contract does not name is refused: writes by readers, look-ups, whole-table operations', () => {
  const wrong = catalogue.flatMap(({ name, context, contract }) => {
    const role = withData().find((each) => each.name === `${context}-${kebab(name)}`)
    if (!role) return []
    const written = new Set<string>([...(contract.writes ?? []), ...(contract.writes ? ['GUARD'] : [])])
    const unwritten = ['USER', 'ORGANIZATION', 'SESSION', 'GUARD', 'AUDIT'].filter((entity) => !written.has(entity))
    const isSigned = !('public' in contract)
    const verbs = (entity: string) => (isSigned && entity === 'SESSION' ? ['Update', 'Delete'] : ['Put', 'Update', 'Delete'])
    const lookups = new Set<string>([...(contract.lookups ?? []), ...(contract.lookupReads ?? []), ...(isSigned ? OF_EVERY_REQUEST : [])])
    // The pattern of persons covers their sessions, too.
    if (lookups.has('PERSON')) lookups.add('SESSION')
    const strange = Object.entries(LOOKUPS).filter(([lookup]) => !lookups.has(lookup))
    const cases = [
      ...unwritten.flatMap((entity) => verbs(entity).map((verb) => [`dynamodb:${verb}Item`, tenantPartition(ours, entity, 'x')])),
      ...strange.map(([, pattern]) => ['dynamodb:GetItem', pattern.replaceAll('*', 'x')]),
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

test('an endpoint that names neither person nor session reads them, puts a session that began at the hosted login, and changes none', () => {
  const allowed = catalogue.flatMap(({ name, context, contract }) => {
    const { lookups = [], lookupReads = [], writes = [], reads = [] } = contract
    const named: readonly string[] = [...lookups, ...lookupReads, ...writes, ...reads]
    const role = withData().find((each) => each.name === `${context}-${kebab(name)}`)
    if (!role || named.includes('PERSON') || named.includes('SESSION')) return []
    const may = (key: string) => VERBS.filter((verb) => isAllowed(role.dataRole, ours, `dynamodb:${verb}`, table, [key]))
    const found = {
      person: may('PERSON#usr_x'),
      sessions: may('PERSON#usr_x#SESSIONS'),
      events: may(tenantPartition(ours, 'SESSION', 'x')),
    }
    return [[name, 'public' in contract, found] as const]
  })
  const none = { person: [], sessions: [], events: [] }
  const person = ['GetItem', 'BatchGetItem', 'ConditionCheckItem']
  const signed = { person, sessions: [...person.slice(0, 2), 'Query', 'ConditionCheckItem', 'PutItem'], events: ['PutItem'] }
  expect(allowed.length).toBeGreaterThan(0)
  expect(allowed).toEqual(allowed.map(([name, isPublic]) => [name, isPublic, isPublic ? none : signed]))
})

test('an execution role alone reaches no item, and takes on no data role but its own', () => {
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
    roles.filter((to) => assume(from.executionRole, to.dataRole) !== (from === to)).map((to) => `${from.name} → ${to.name}`),
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
