import fc from 'fast-check'
import type { Assignment, Scope } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import { relist } from '../../shared/resource/lists.ts'
import { save } from '../../shared/store/writes.ts'
import { grows, pathUnder } from '../../shared/tree/tree.ts'
import type { Bench, Person } from '../../test/workbench.ts'
import { assign, assignments, inlineOf } from '../access/assignment.ts'
import { makeRole, roles } from '../access/role.ts'
import { groups, groupTree, makeGroup } from '../groups/group.ts'
import { makeResource, type Resource, resources } from '../resources/resource.ts'
import { makeUnit, units, unitTree } from '../units/unit.ts'
import { register } from '../users/user.ts'
import { users } from '../users/user-store.ts'

/** For tests: small random organizations with everything that gives access, stored and listed as the product does. */

const [UNITS, GROUPS, PEOPLE, ROLES] = [4, 4, 6, 3]
const upTo = (n: number) => fc.nat(n - 1)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const PERMISSIONS = ['users:read', 'users:update', 'users:*', '*:update', 'order:approve', 'units:read', '*:*']
export const asked = fc.constantFrom('users:read', 'users:update', 'order:approve', 'units:read')

const where = fc.oneof(
  fc.constant({ everywhere: true as const }),
  fc.record({ unit: upTo(UNITS) }),
  fc.record({ group: upTo(GROUPS) }),
  fc.record({ user: upTo(PEOPLE) }),
  fc.record({ thing: upTo(2) }),
)
const grant = fc.record({
  to: fc.oneof(fc.record({ user: upTo(PEOPLE) }), fc.record({ group: upTo(GROUPS) })),
  what: fc.oneof(
    fc.record({ permission: fc.constantFrom(...PERMISSIONS) }),
    fc.record({ role: upTo(ROLES) }),
    fc.constant({ roleId: 'rol_admin' }),
  ),
  where,
  isOwners: fc.boolean(),
  isOver: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  /** A role in the whole organization that was given with its holder has no record. */
  isRecorded: fc.boolean(),
})
export const organization = fc.record({
  units: fc.array(maybe(upTo(UNITS)), { minLength: UNITS, maxLength: UNITS }),
  groups: fc.array(maybe(upTo(GROUPS)), { minLength: GROUPS, maxLength: GROUPS }),
  roles: fc.array(fc.subarray(PERMISSIONS, { maxLength: 3 }), { minLength: ROLES, maxLength: ROLES }),
  people: fc.array(fc.record({ unit: maybe(upTo(UNITS)), groups: fc.subarray([...Array(GROUPS).keys()]) }), {
    minLength: PEOPLE,
    maxLength: PEOPLE,
  }),
  things: fc.array(fc.record({ unit: maybe(upTo(UNITS)), owner: maybe(upTo(PEOPLE)) }), { minLength: 2, maxLength: 2 }),
  grants: fc.array(grant, { minLength: 2, maxLength: 8 }),
})
type Given = typeof organization extends fc.Arbitrary<infer T> ? T : never

export type Organization = Awaited<ReturnType<typeof build>>

const at = () => new Date().toISOString()
const PAST = '2020-01-01T00:00:00.000Z'
const owners: Assignment['conditions'] = [{ attribute: 'resource.ownerId', operator: 'equals', value: { attribute: 'subject.id' } }]

export async function build(bench: Bench, ada: Person, given: Given) {
  const tenant = bench.tenant(ada.organizationId)
  const gate = { policyVersion: 1 }

  const unitsMade: { id: string; path: readonly string[] }[] = []
  for (const [n, under] of given.units.entries()) {
    const parent = under === undefined || under >= n ? undefined : unitsMade[under]
    const id = newId('unit')
    const path = pathUnder(unitTree, gate, parent as never, id)
    const change = makeUnit(tenant.id, { id, name: `Unit ${n}`, ownerId: ada.userId, path }, at())
    await tenant.commit([save(units, change), grows(unitTree, gate, change.after)])
    await relist(tenant, units, id)
    unitsMade.push(change.after)
  }
  const roleIds: string[] = []
  for (const [n, permissions] of given.roles.entries()) {
    const change = makeRole(tenant.id, { name: `role_${n}`, displayName: `Role ${n}`, permissions }, at())
    await tenant.commit(save(roles, change))
    roleIds.push(change.after.id)
  }
  const userIds = given.people.map(() => newId('usr'))
  const groupIds = given.groups.map(() => newId('grp'))
  const things = given.things.map(
    ({ unit, owner }, n) =>
      makeResource(
        tenant.id,
        { type: 'order', key: `PO-${n}`, unitId: unitsMade[unit ?? -1]?.id, ownerId: userIds[owner ?? -1], attributes: {} },
        undefined,
        at(),
      ) as { after: Resource },
  )
  for (const { after } of things) {
    await tenant.commit(save(resources, makeResource(tenant.id, after, undefined, at())))
    await relist(tenant, resources, after.id)
  }

  const scopeOf = (place: Given['grants'][number]['where']): Scope => {
    if ('unit' in place) return { type: 'unit', id: unitsMade[place.unit]?.id ?? '' }
    if ('group' in place) return { type: 'group', id: groupIds[place.group] ?? '' }
    if ('user' in place) return { type: 'resource', resourceType: 'user', id: userIds[place.user] ?? '' }
    if ('thing' in place) return { type: 'resource', resourceType: 'order', id: `PO-${place.thing}` }
    return { type: 'organization' }
  }
  const held = new Map<string, Assignment[]>()
  for (const { to, what, where: place, isOwners, isOver, isRecorded } of given.grants) {
    const subject =
      'user' in to ? { type: 'user' as const, id: userIds[to.user] ?? '' } : { type: 'group' as const, id: groupIds[to.group] ?? '' }
    const gives = 'role' in what ? { roleId: roleIds[what.role] } : what
    const conditions = isOwners ? owners : undefined
    const giving = { subject, ...gives, scope: scopeOf(place), conditions, ...(isOver ? { expiresAt: PAST } : {}) }
    const change = assign(tenant.id, giving, ada.userId, at())
    held.set(subject.id, [...(held.get(subject.id) ?? []), inlineOf(change.after)])
    if (isRecorded || 'permission' in gives || !('everywhere' in place)) {
      await tenant.commit(save(assignments, change))
      await relist(tenant, assignments, change.after.id)
    }
  }

  const groupPaths = new Map<string, string[]>()
  for (const [n, under] of given.groups.entries()) {
    const id = groupIds[n] ?? ''
    const parent = under === undefined || under >= n ? undefined : (groupIds[under] ?? '')
    const path = [...(parent ? (groupPaths.get(parent) ?? []) : []), id]
    groupPaths.set(id, path)
    const made = makeGroup(tenant.id, { id, path, name: `Group ${n}` }, at())
    const change = { ...made, after: { ...made.after, assignments: held.get(id) ?? [] } }
    await tenant.commit([save(groups, change), grows(groupTree, gate, change.after)])
    await relist(tenant, groups, id)
  }
  for (const [n, { unit, groups: within }] of given.people.entries()) {
    const id = userIds[n] ?? ''
    const fields = { id, organizationId: tenant.id, firstName: 'Grace', lastName: 'Hopper', email: `${id}@example.com`, by: id, at: at() }
    const unitId = unitsMade[unit ?? -1]?.id
    const made = register({ ...fields, roleIds: [], ...(unitId ? { unitId } : {}) })
    const change = {
      ...made,
      after: { ...made.after, assignments: held.get(id) ?? [], groupIds: within.map((each) => groupIds[each] ?? '') },
    }
    await tenant.commit(save(users, change))
    await relist(tenant, users, id)
  }
  for (const id of [ada.userId]) await relist(tenant, users, id)
  return {
    tenant,
    userIds: [ada.userId, ...userIds],
    unitIds: unitsMade.map(({ id }) => id),
    groupIds,
    roleIds,
    things: things.map(({ after }) => after.key),
  }
}
