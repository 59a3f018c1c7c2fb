import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as z from 'zod'
import {
  Email,
  Id,
  OrganizationName,
  orNull,
  PageQuery,
  PermissionName,
  PersonName,
  Phone,
  QueryFlag,
  RoleId,
  Slug,
  Timestamp,
} from './schema.ts'

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
    ['users', 'Users:read', 'users:read:all', ':', '**:*', `a:${'b'.repeat(100)}`],
  ],
  [
    'a page',
    Page,
    [{}, { limit: '1' }, { limit: '100', cursor: 'x' }],
    [
      ...['0', '101', '1.5', 'x', '0x10', '0b1', '1e1', ' 10', '10 ', '+1', '-1', '01', '1.0', '', 'Infinity', '١'].map((limit) => ({
        limit,
      })),
      { cursor: '' },
    ],
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

describe('what people and organizations are called', () => {
  const both = [PersonName, OrganizationName]
  const accepts = (name: string) => both.map((schema) => schema.safeParse(name).success)

  test.each([
    ...[
      'Acme Inc.',
      'J. R. R. Tolkien',
      'J.R.R. Tolkien',
      'St. John',
      'Zoë',
      'O’Hara',
      "D'Arcy",
      'Müller & Söhne GmbH & Co. KG',
      '漢字 株式会社',
    ],
    ...['Ana-María', 'e. V.', 'U.S. Bank', 'Version 2.0', '3.14 Ltd.', 'AT&T', 'N/A', 'www', 'http', 'a: b', 'नमस्ते', '👩 Labs', '…und Co.'],
    ...['محمد', 'مُحَمَّد', 'क्षत्रिय', '김민준', 'ভারত', 'Nguyễn Văn Đức', 'e\u0301', 'שָׁלוֹם', 'ไทย', 'O’Neill №1', 'Acme™ ½', '7', '👩🏽 Labs'],
  ])('may be %j', (name) => expect(accepts(name)).toEqual([true, true]))

  test.each([
    ...[
      'https://evil',
      'x://y',
      'www.evil',
      'WWW.EVIL',
      'evil.example',
      'Visit evil.com/path now',
      'evil.com',
      'EVIL.CO',
      '1.ly',
      'xn--e.xn--p1ai',
    ],
    ...[
      'пример.рф',
      'ada@evil.example',
      '192.0.2.1',
      'at 192.0.2.1:80',
      'evil．com',
      'evil。com',
      'éé.fr',
      'e\u0301.fr',
      '(evil.com)',
      'a.b.cd',
    ],
    ...[
      'a\u2024com',
      'a\ufe52com',
      'a\uff61com',
      'paypal\u2488com',
      'at 192\u20240\u20242\u20241',
      'https:\uff0f\uff0fevil',
      'ｗｗｗ.evil',
    ],
  ])('may hold no web address: %j', (name) => {
    expect(accepts(name)).toEqual([false, false])
    expect(PersonName.safeParse(name).error?.issues[0]?.message).toContain('without a web address')
  })

  test.each(['.', '—', '!?', '👩', '\u0301', '()', '“”'])('has something to be called by: not %j', (name) => {
    expect(accepts(name)).toEqual([false, false])
    expect(PersonName.safeParse(name).error?.issues[0]?.message).toContain('at least one letter or digit')
  })

  test.each([
    ...[
      'a\u0000b',
      'a\nb',
      'a\u001bb',
      'a\u007fb',
      'a\u0085b',
      'a\u200bb',
      'a\u200eb',
      'a\u202eb',
      'a\u2066b',
      'a\u2028b',
      'a\u2029b',
      'a\ufeffb',
    ],
    ...['a\u00adb', 'a\u2060b', 'a\ud800b', 'a\udc00', 'a\u{e0041}b'],
    ...[
      '\u3164',
      'a\u115fb',
      'a\u1160b',
      'a\uffa0b',
      'a\ufe0fb',
      'a\u{e0100}b',
      'a\u034fb',
      'a\u17b4b',
      'a\u180bb',
      'a\u2800b',
      'a\ue000b',
    ],
    ...['paypal.\ufe0fcom', 'a\u200cb', '❤\ufe0f Labs'],
  ])('may hold nothing unseen: %j', (name) => {
    expect(accepts(name)).toEqual([false, false])
    expect(OrganizationName.safeParse(name).error?.issues[0]?.message).toContain('without invisible characters')
  })

  test('are kept as they are written, wherever letters are from, as long as a space follows the dot', () => {
    const word = fc.string({ unit: fc.constantFrom(...'aZéßñЖ漢あ한ع९7'), minLength: 1, maxLength: 8 })
    const names = fc.array(fc.tuple(word, fc.constantFrom('', '.', ',', ' &', ' -', '’')), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(names, (parts) => {
        const name = parts.map(([text, mark]) => text + mark).join(' ')
        expect(OrganizationName.parse(name)).toBe(name)
      }),
    )
  })

  test('are refused wherever a host name stands in them', () => {
    const label = fc.string({ unit: fc.constantFrom(...'abcxyz09éж'), minLength: 1, maxLength: 5 })
    const host = fc.tuple(label, fc.constantFrom('com', 'example', 'co', 'io', 'рф', 'xn--p1ai')).map((labels) => labels.join('.'))
    const around = fc.string({ unit: fc.constantFrom(...'ab ,(/:'), maxLength: 6 })
    fc.assert(fc.property(around, host, around, (before, name, after) => expect(accepts(before + name + after)).toEqual([false, false])))
  })
})
