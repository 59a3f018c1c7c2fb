import { describe, expect, test } from '@jest/globals'
import { LOOKUPS } from '../shared/store/keys.ts'
import { partsOf } from './parts.ts'
import { asList, type Statement, synthesizeProduct } from './test-product.ts'

const product = synthesizeProduct({ stage: 'prod' })
const getUser = product.parts.endpoints.filter(({ name }) => name === 'users-get-user')
const open = synthesizeProduct(
  { stage: 'prod', tenantCredentials: false },
  { ...product.parts, endpoints: getUser, reactions: [], tasks: [] },
)
const roles = product.ofType('AWS::IAM::Role')
const dataRoles = roles.filter(({ id }) => /DataRole[0-9A-F]{8}$/.test(id))
/** The closed list of what stands outside the tenants. */
const outside: string[] = [...Object.values(LOOKUPS), 'RATE#*']
const isTrace = ({ Action }: Statement) => asList(Action).every((action) => action.startsWith('xray:'))
/** Which are held to their areas by `files.test.ts`. */
const isOfFiles = ({ Action }: Statement) => asList(Action).every((action) => action.startsWith('s3:'))
const onTable = (statements: Statement[]) =>
  statements.filter(({ Action }) => asList(Action).some((action) => /^dynamodb:\w*(Item|Query)/.test(action)))
const keysOf = ({ Condition }: Statement) => asList(Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] as string[])

describe('every role', () => {
  test.each(roles.map((role) => [role.id, role] as const))('%s names its actions and, traces and files aside, its resources', (_, role) => {
    for (const statement of product.statementsOf(role)) {
      expect(statement.Effect).toBe('Allow')
      expect(asList(statement.Action).join()).not.toContain('*')
      if (!isTrace(statement) && !isOfFiles(statement)) expect(JSON.stringify(statement.Resource)).not.toContain('*')
    }
  })
  test.each(roles.map((role) => [role.id, role] as const))('%s fits into what IAM takes', (_, role) => {
    expect(JSON.stringify(product.statementsOf(role)).length).toBeLessThan(10_240)
  })
})

describe('every data role', () => {
  test.each(dataRoles.map((role) => [role.id, role] as const))('%s reaches partitions it names, and demands a key', (_, role) => {
    const statements = product.statementsOf(role).filter((statement) => !isOfFiles(statement))
    expect(statements).not.toHaveLength(0)
    expect(onTable(statements)).toEqual(statements)
    for (const statement of statements) {
      expect(statement.Condition?.Null).toMatchObject({ 'dynamodb:LeadingKeys': 'false' })
      for (const key of keysOf(statement))
        expect(outside.includes(key) || /^TENANT#\$\{aws:PrincipalTag\/tenant\}#[A-Z]/.test(key)).toBe(true)
    }
  })
  test.each(
    dataRoles.map((role) => [role.id, role] as const),
  )('%s is taken on by functions that need it only, tagged with nothing but an organization', (_, role) => {
    const digest = /^data([0-9a-f]{12})DataRole/.exec(role.id)?.[1]
    const { Statement } = role.Properties.AssumeRolePolicyDocument as { Statement: (Statement & { Principal: { AWS: unknown } })[] }
    for (const { Principal, Condition } of Statement) {
      expect(JSON.stringify(Principal)).toContain(':root')
      expect(JSON.stringify(Condition?.ArnLike?.['aws:PrincipalArn'])).toContain(`:role/tessera/${role.stack}/${digest}/*"`)
    }
    expect(Statement.map(({ Action }) => Action)).toEqual(['sts:AssumeRole', 'sts:TagSession'])
    expect(Statement[1]?.Condition).toEqual({
      ArnLike: expect.anything(),
      StringLike: { 'aws:RequestTag/tenant': 'org_*' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant'] },
    })
  })
  test('only a query may go to an index', () => {
    for (const { Action, Resource } of onTable(dataRoles.flatMap((role) => product.statementsOf(role)))) {
      expect(asList(Resource).length).toBe(Action === 'dynamodb:Query' ? 4 : 1)
    }
  })
})

test('a function reaches the table through its data role alone', () => {
  const executing = roles.filter((role) => !dataRoles.includes(role))
  expect(onTable(executing.flatMap((role) => product.statementsOf(role)))).toEqual([])
  const [own, taken] = [product.role('users-get-user'), product.role('users-get-user', 'DataRole')]
  const takes = product.statementsOf(own).filter(({ Action }) => asList(Action).includes('sts:AssumeRole'))
  expect(takes.map(({ Resource }) => Resource)).toEqual([{ 'Fn::GetAtt': [taken.id, 'Arn'] }])
})

test('a function may write what its contract writes, and only read what it reads', () => {
  const allowed = (name: string, action: string) =>
    product
      .statementsOf(product.role(name, 'DataRole'))
      .filter(({ Action }) => asList(Action).includes(action))
      .flatMap(keysOf)
      .join()
  expect(allowed('users-create-user', 'dynamodb:PutItem')).toContain('#USER')
  expect(allowed('users-get-user', 'dynamodb:Query')).toContain('#USER')
  expect(allowed('users-get-user', 'dynamodb:PutItem')).not.toContain('#USER')
})

test('without tenant credentials the function itself reaches all tenants, and still only what its contract names', () => {
  expect(open.ofType('AWS::IAM::Role').filter(({ id }) => id.includes('DataRole'))).toEqual([])
  const statements = onTable(open.statementsOf(open.role('users-get-user')))
  expect(statements.flatMap(keysOf)).toContain('TENANT#*#USER#*')
  expect(JSON.stringify(statements)).not.toContain('PrincipalTag')
  for (const { Condition } of statements) expect(Condition?.Null).toMatchObject({ 'dynamodb:LeadingKeys': 'false' })
})

describe('what a contract calls beyond the table', () => {
  const [first] = product.parts.endpoints
  const withCall = (call: string) => {
    if (!first) throw new Error('The catalogue is empty')
    const parts = { ...partsOf([], [], []), endpoints: [{ ...first, calls: [call] }] }
    const made = synthesizeProduct({ stage: 'prod' }, parts)
    return made.statementsOf(made.role(first.name)).find(({ Action }) => Action === call)
  }
  test.each([
    ['cognito-idp:AdminGetUser', /:cognito-idp:.*:userpool\/.*userpoolid/],
    ['events:PutEvents', /:events:.*:event-bus\/.*eventbusname/],
    ['ses:SendEmail', /:ses:.*:identity\/example\.com/],
  ])('%s is granted on the one resource it concerns', (call, resource) => {
    expect(JSON.stringify(withCall(call)?.Resource)).toMatch(resource)
  })
  test.each([
    's3:GetObject',
    'sqs:SendMessage',
    'events:*',
  ])('%s is refused at synthesis, because there is nothing to grant it on', (call) => {
    expect(() => withCall(call)).toThrow(`nothing there that ${call} could be granted on`)
  })
})
