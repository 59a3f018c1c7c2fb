import { describe, expect, test } from '@jest/globals'
import { systemRoles } from '../../shared/access/system-roles.ts'
import { workbench } from '../../test/workbench.ts'
import { listRoles } from './contract.ts'
import { handler } from './list-roles.ts'

const bench = workbench()

const FOR = {
  customer: ['admin', 'report_viewer', 'request_user', 'basic_user', 'unit_owner'],
  mss_provider: ['admin', 'basic_user', 'unit_owner', 'super_admin', 'account_manager', 'security_analyst', 'technician'],
}

describe.each(Object.entries(FOR) as [keyof typeof FOR, string[]][])('in an organization of the type %s', (type, names) => {
  test('exactly the roles are listed that can be given there, each with what it is for and what it allows', async () => {
    const admin = await bench.founder({ type })
    const { status, body } = await bench.request(handler, listRoles, { as: admin })
    expect([status, body.meta.nextCursor]).toEqual([200, null])
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(names)
    expect(body.data[0]).toEqual({
      id: 'rol_admin',
      name: 'admin',
      displayName: 'Administrator',
      isSystem: true,
      description: 'Runs the organization: its people, its settings and its record.',
      permissions: expect.arrayContaining(['users:*', 'organization:*']),
    })
  })
})

test('takes the permission to read roles, and two trips', async () => {
  const admin = await bench.founder()
  const basic = await bench.member(admin)
  expect((await bench.request(handler, listRoles, { as: basic })).body.code).toBe('FORBIDDEN')
  expect((await bench.request(handler, listRoles, { as: admin })).cost.waves).toBe(2)
})

test('every role says in one sentence what it is for', () => {
  for (const { description } of systemRoles) expect(description).toMatch(/^[A-Z][^.]+\.$/)
})
