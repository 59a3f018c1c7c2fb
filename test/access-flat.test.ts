import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { expect, test } from '@jest/globals'
import { createRole, createRoleAssignment, setRolePermissions } from '../functions/access/contract.ts'
import { handler as makeRoleHere } from '../functions/access/create-role.ts'
import { handler as give } from '../functions/access/create-role-assignment.ts'
import { makeRole, roles } from '../functions/access/role.ts'
import { handler as permit } from '../functions/access/set-role-permissions.ts'
import { evaluateAccess } from '../functions/decisions/contract.ts'
import { handler as evaluate } from '../functions/decisions/evaluate-access.ts'
import { groups, groupTree, makeGroup } from '../functions/groups/group.ts'
import { groupsOf } from '../functions/groups/test-groups.ts'
import { unitsOf } from '../functions/units/test-units.ts'
import { makeUnit, units, unitTree } from '../functions/units/unit.ts'
import { getUser, listUsers } from '../functions/users/contract.ts'
import { handler as read } from '../functions/users/get-user.ts'
import { handler as list } from '../functions/users/list-users.ts'
import { config } from '../shared/config.ts'
import { newId } from '../shared/ids.ts'
import type { Entity, Versioned } from '../shared/store/entity.ts'
import { toItem } from '../shared/store/stored-item.ts'
import { levelOf, type Tree, type TreeNode } from '../shared/tree/tree.ts'
import { type Person, type Reply, workbench } from './workbench.ts'

/**
 * What a request costs says nothing of how large the organization is. Here it has ten and a thousand units, groups and roles; `npm run bench -- flat`
 * gives it 100,000.
 */

const MANY = Number(process.env.TESSERA_NODES ?? 1_000)
const AT_ONCE = 25

const bench = workbench()

type Item = Record<string, unknown>

/** Straight into the table, as they are stored. */
async function put(items: Item[]): Promise<void> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } })
  const batches = Array.from({ length: Math.ceil(items.length / AT_ONCE) }, (_, n) => items.slice(n * AT_ONCE, (n + 1) * AT_ONCE)).values()
  const lane = async () => {
    for (const batch of batches) {
      const requests = batch.map((Item) => ({ PutRequest: { Item } }))
      await client.send(new BatchWriteCommand({ RequestItems: { [config.tableName]: requests } }))
    }
  }
  await Promise.all([lane(), lane(), lane(), lane()])
  client.destroy()
}

const at = () => new Date().toISOString()

function nodeItems<T extends TreeNode>(tree: Tree, nodes: Entity<T>, node: T): Item[] {
  const { id, path } = node
  return [toItem(nodes, node), { ...levelOf(node.organizationId, tree, path), id, path }]
}

/** So many units and groups below these, and so many roles. */
async function fill(organizationId: string, count: number, { unit, group, ownerId }: { unit: string[]; group: string[]; ownerId: string }) {
  const some = <T extends Versioned>(make: (n: number) => T[]) => Array.from({ length: count }, (_, n) => make(n)).flat()
  const below = (path: readonly string[], kind: 'unit' | 'grp') => {
    const id = newId(kind)
    return { id, path: [...path, id] }
  }
  await put(
    some((n) => [makeUnit(organizationId, { ...below(unit, 'unit'), name: `Unit ${n}`, ownerId }, at()).after]).flatMap((each) =>
      nodeItems(unitTree, units, each),
    ),
  )
  await put(
    some((n) => [makeGroup(organizationId, { ...below(group, 'grp'), name: `Group ${n}` }, at()).after]).flatMap((each) =>
      nodeItems(groupTree, groups, each),
    ),
  )
  await put(
    some((n) => [makeRole(organizationId, { name: `role_${n}`, displayName: `Role ${n}`, permissions: ['reports:read'] }, at()).after]).map(
      (each) => toItem(roles, each),
    ),
  )
}

/** What each request costs of somebody who sees a part of the organization by a group, a role and a unit: before changes, and right after each. */
async function costsAmong(count: number) {
  const ada = await bench.founder()
  const grace = await bench.member(ada, { roleIds: [] })
  const [ofUnits, ofGroups] = [unitsOf(bench, ada), groupsOf(bench, ada)]
  const unit = await ofUnits.chain(3)
  const elsewhere = (await ofUnits.create('Elsewhere')).body.data.id
  const group = await ofGroups.chain(3)
  const otherGroup = (await ofGroups.create(undefined, 'Other')).body.data.id
  const bob = (await ofUnits.createUser(unit[2])).body.data.id
  await ofGroups.put(group[2] ?? '', grace)
  const permissions = ['users:read', 'units:read']
  const made = await bench.request(makeRoleHere, createRole, { as: ada, body: { name: 'viewer_here', displayName: 'Viewer', permissions } })
  const roleId = made.body.data.id
  const assignment = { subject: { type: 'group', id: group[0] }, roleId, scope: { type: 'unit', id: unit[0] } }
  expect((await bench.request(give, createRoleAssignment, { as: ada, body: assignment })).status).toBe(201)
  await fill(ada.organizationId, count, { unit: unit.slice(0, 2), group: group.slice(0, 2), ownerId: ada.userId })

  const asked = async (as: Person): Promise<Reply[]> => [
    await bench.request(read, getUser, { as, params: { id: bob } }),
    await bench.request(list, listUsers, { as, query: { limit: '5' } }),
    await unitsOf(bench, as).get(unit[2] ?? ''),
    await bench.request(evaluate, evaluateAccess, { as, body: { permission: 'users:read', resource: { type: 'user', id: bob } } }),
  ]
  const costs: Record<string, unknown> = {}
  const measure = async (when: string) => {
    const answers = await asked(grace)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    costs[when] = answers.map(({ cost: { waves, rru, wru } }) => ({ waves, rru, wru }))
  }
  await asked(grace)
  await measure('before')
  const more = { as: ada, params: { id: roleId }, body: { permissions: [...permissions, 'groups:read'] } }
  expect((await bench.request(permit, setRolePermissions, more)).status).toBe(200)
  await measure('after a role changed')
  expect((await ofUnits.move(unit[1] ?? '', elsewhere)).status).toBe(200)
  expect((await ofUnits.move(unit[1] ?? '', unit[0] ?? '')).status).toBe(200)
  await measure('after a unit moved, with all that is below it')
  expect((await ofGroups.move(group[1] ?? '', otherGroup)).status).toBe(200)
  expect((await ofGroups.move(group[1] ?? '', group[0] ?? '')).status).toBe(200)
  await measure('after a group moved, with all that is below it')
  return costs
}

test(`requests take as many trips and units among ${MANY} units, groups and roles as among ten, right after a change, too`, async () => {
  const [few, many] = [await costsAmong(10), await costsAmong(MANY)]
  if (process.env.TESSERA_NODES) console.log(JSON.stringify(many, null, 2))
  expect(many).toEqual(few)
})
