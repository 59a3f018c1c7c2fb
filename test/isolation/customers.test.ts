import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { catalogue } from '../../functions/catalogue.ts'
import { kebab } from '../../shared/endpoint.ts'
import { newId } from '../../shared/ids.ts'
import { customerKey, itemKey, organizationKey, tenantPartition } from '../../shared/store/keys.ts'
import { openTemplate, type Template } from './world.ts'

/**
 * What the roles themselves hold of the way from a provider to its customer: one tenant at a time, and there only what the contract
 * names. Which tenant that is, is decided by `serve` alone, by the link that stands on both sides.
 */

let template: Template & { remove(): void }
let table: string
const [provider, customer] = [newId('org'), newId('org')]

beforeAll(async () => {
  template = await openTemplate()
  const [resource] = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'].flatMap((type) => template.deployment.ofType(type))
  if (!resource) throw new Error('The template has no table.')
  table = template.deployment.attribute(resource, 'Arn')
})
afterAll(() => template.remove())

const atCustomer = catalogue
  .filter(({ contract }) => contract.customer)
  .map(({ name, context, contract }) => ({ name: `${context}-${kebab(name)}`, contract }))
const REACTION = 'organizations-on-customer-changed'

function may(name: string, tenant: string, verb: string, ...keys: string[]): boolean {
  const roleArn = template.functions.find((each) => each.name === name)?.dataRole
  if (!roleArn) throw new Error(`${name} has no data role.`)
  const context = { 'dynamodb:LeadingKeys': keys, 'dynamodb:EnclosingOperation': ['TransactWriteItems'] }
  const caller = { roleArn, tags: { tenant }, accessKeyId: 'ASIATEST' }
  return template.iam.evaluate(caller, { action: `dynamodb:${verb}`, resource: table, context }).allowed
}

const VERBS = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem']
const everythingOf = (tenant: string) => [
  ...[organizationKey(tenant).pk, itemKey(tenant, 'USER', 'x').pk, customerKey(tenant, 'x').pk],
  ...['USERS', 'IDEMPOTENCY#x', 'EVENTS#x', 'AUDIT#x', 'GUARD#x'].map((segment) => tenantPartition(tenant, segment)),
]

test.each([...atCustomer.map(({ name }) => name), REACTION])('%s holds credentials for one side at a time', (name) => {
  for (const verb of VERBS) {
    expect(everythingOf(customer).filter((key) => may(name, provider, verb, key))).toEqual([])
    expect(everythingOf(provider).filter((key) => may(name, customer, verb, key))).toEqual([])
    expect(may(name, provider, verb, customerKey(provider, customer).pk, organizationKey(customer).pk)).toBe(false)
  }
})

test.each(atCustomer)('$name does at the customer what its contract names, and changes no link', ({ name, contract }) => {
  const writes: readonly string[] = contract.writes ?? []
  for (const entity of ['ORGANIZATION', 'USER'])
    expect([entity, may(name, customer, 'PutItem', tenantPartition(customer, entity, 'x'))]).toEqual([entity, writes.includes(entity)])
  expect(may(name, provider, 'BatchGetItem', customerKey(provider, customer).pk)).toBe(true)
  for (const verb of ['PutItem', 'UpdateItem', 'DeleteItem']) {
    expect(may(name, provider, verb, customerKey(provider, customer).pk)).toBe(false)
    expect(may(name, customer, verb, tenantPartition(customer, 'AUDIT', 'x'))).toBe(false)
  }
})

test('the reaction keeps links and changes no organization and no user, on either side', () => {
  expect(may(REACTION, provider, 'PutItem', customerKey(provider, customer).pk)).toBe(true)
  for (const tenant of [provider, customer])
    for (const key of [organizationKey(tenant).pk, itemKey(tenant, 'USER', 'x').pk])
      expect(may(REACTION, tenant, 'PutItem', key)).toBe(false)
})

test("no function but those that make a link, keep it or look at it reaches a provider's customers", () => {
  const reaching = template.functions.filter(
    ({ dataRole, name }) => dataRole && VERBS.some((verb) => may(name, provider, verb, customerKey(provider, 'x').pk)),
  )
  const expected = [
    ...atCustomer.map(({ name }) => name),
    'organizations-list-organizations',
    'technicians-list-customer-access',
    'organizations-create-customer-organization',
    REACTION,
  ]
  expect(reaching.map(({ name }) => name).sort()).toEqual(expected.sort())
})
