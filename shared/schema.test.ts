import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { Email, Id, orNull, PageQuery, PermissionName, PersonName, Phone, QueryFlag, RoleId, Slug, Timestamp } from './schema.ts'

const Page = z.object(PageQuery)
const ULID = '01j9z0s6n6r3v7t4q2m8k5w1xa'

describe.each<[string, z.ZodType, unknown[], unknown[]]>([
  [
    'an id',
    Id('usr'),
    [`usr_${ULID}`],
    [`org_${ULID}`, `usr_${ULID.toUpperCase()}`, 'usr_', `usr_${ULID}x`, `usr_${ULID}\n`, `usr_${ULID}#ITEM`],
  ],
  ['a role id', RoleId, ['rol_admin', `rol_${ULID}`], ['admin', 'rol_', 'rol_a-b', 'rol_#']],
  [
    'a timestamp',
    Timestamp,
    ['2026-01-31T23:59:59.999Z'],
    ['2026-01-31', '2026-01-31T23:59:59Z', '2026-02-30T00:00:00.000Z', '2026-01-31T23:59:59.999+01:00'],
  ],
  ['a mail address', Email, ['ada@example.com', ' ada+x@example.co.nz '], ['ada', 'ada@', 'a b@example.com', `${'a'.repeat(250)}@b.io`]],
  ['a name', PersonName, ['Zoë', ' O’Hara '], ['', '   ', 'x'.repeat(101)]],
  ['a phone number', Phone, ['+6421123456'], ['021123456', '+0123456789', '+64 21 123456', '+1234567890123456']],
  ['a short name', Slug, ['acme', 'a-1', 'x'.repeat(63)], ['ab', '-acme', 'acme-', 'Acme', 'a_b', 'x'.repeat(64)]],
  [
    'a permission',
    PermissionName,
    ['users:read', 'users:*', '*:*', 'role_assignments:create'],
    ['users', 'Users:read', 'users:read:all', ':', '**:*'],
  ],
  [
    'a page',
    Page,
    [{}, { limit: '1' }, { limit: '100', cursor: 'x' }],
    [{ limit: '0' }, { limit: '101' }, { limit: '1.5' }, { limit: 'x' }, { cursor: '' }],
  ],
  ['a flag', QueryFlag, ['true', 'false'], ['', '1', 'TRUE']],
])('%s', (_, schema, right, wrong) => {
  test('is told from what is none', () => {
    for (const value of right) expect([value, schema.safeParse(value).success]).toEqual([value, true])
    for (const value of wrong) expect([value, schema.safeParse(value).success]).toEqual([value, false])
  })
})

test('a page has 20 elements unless asked otherwise', () => {
  expect(Page.parse({})).toEqual({ limit: 20 })
})

test('what may be missing is null in a reply, never absent', () => {
  const Reply = z.object({ phone: orNull(z.string()) })
  expect([Reply.parse({}), Reply.parse({ phone: null }), Reply.parse({ phone: 'x' })]).toEqual([
    { phone: null },
    { phone: null },
    { phone: 'x' },
  ])
})
