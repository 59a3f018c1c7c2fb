import { describe, expect, test } from '@jest/globals'
import { Stack } from 'aws-cdk-lib'
import type { Grant } from '../shared/store/grants.ts'
import { allTenantsStatements, tenantStatements } from './data-role.ts'
import { merged } from './parts.ts'

const PUT = 'dynamodb:PutItem'
const UPDATE = 'dynamodb:UpdateItem'
const GET = 'dynamodb:GetItem'
const onB = (attributes: string[], actions = [UPDATE]): Grant => ({ actions, leadingKeys: ['B#*'], attributes })

describe('grants are merged', () => {
  test('to one statement for each operation on whole items, so that a batch is covered by one', () => {
    expect(
      merged([
        { actions: [GET], leadingKeys: ['B#*'] },
        { actions: [GET, PUT], leadingKeys: ['A#*'] },
      ]),
    ).toEqual([
      { actions: [GET], leadingKeys: ['A#*', 'B#*'] },
      { actions: [PUT], leadingKeys: ['A#*'] },
    ])
  })

  test('apart from those by attributes, which widen nothing and are widened by nothing', () => {
    const whole = { actions: [UPDATE], leadingKeys: ['A#*'] }
    expect(merged([onB(['pk', 'x']), whole])).toEqual([whole, onB(['pk', 'x'])])
  })

  test.each<[string, Grant[], Grant[]]>([
    ['the same twice', [onB(['x']), onB(['x'])], [onB(['x'])]],
    ['one within another', [onB(['x']), onB(['x', 'y'])], [onB(['x', 'y'])]],
    ['one within another, in the other order', [onB(['y', 'x']), onB(['x'])], [onB(['x', 'y'])]],
    ['two that differ', [onB(['x']), onB(['y'])], [onB(['x']), onB(['y'])]],
    ['one of another operation', [onB(['x']), onB(['x'], [PUT])], [onB(['x']), onB(['x'], [PUT])]],
  ])('by attributes: %s', (_, given, kept) => expect(merged(given)).toEqual(kept))

  test('without those by attributes that a grant of whole items allows anyway', () => {
    const whole = { actions: [UPDATE], leadingKeys: ['A#*', 'B#*'] }
    expect(merged([onB(['x'], [UPDATE, PUT]), whole])).toEqual([whole, onB(['x'], [PUT])])
  })
})

test('a grant by attributes demands that they are named, and lets nothing else of the item come back', () => {
  const stack = new Stack()
  const tables = { table: 'arn:aws:dynamodb:::table/t', indexes: ['arn:aws:dynamodb:::table/t/index/i'] }
  const statements = (made: ReturnType<typeof tenantStatements>) => made.map((statement) => stack.resolve(statement.toStatementJson()))
  const expected = {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['B#*'] },
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'x'] },
    StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'] },
    Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
  }
  for (const made of [tenantStatements([onB(['pk', 'x'])], tables), allTenantsStatements([onB(['pk', 'x'])], tables)]) {
    expect(statements(made)).toEqual([expect.objectContaining({ Action: UPDATE, Resource: tables.table, Condition: expected })])
  }
})
