import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { attachment, nameInKey } from './file-name.ts'

const named = (header: string) => decodeURIComponent(/filename\*=UTF-8''(.*)$/.exec(header)?.[1] ?? '')

describe('a download is saved under its name', () => {
  test.each([
    ['users.csv', 'attachment; filename="users.csv"; filename*=UTF-8\'\'users.csv'],
    ['Übersicht 50%.csv', 'attachment; filename="_bersicht 50_.csv"; filename*=UTF-8\'\'%C3%9Cbersicht%2050%25.csv'],
    ["it's (1)*.csv", "attachment; filename=\"it's (1)_.csv\"; filename*=UTF-8''it%27s%20%281%29_.csv"],
    ['../../etc/passwd', 'attachment; filename="_.._etc_passwd"; filename*=UTF-8\'\'_.._etc_passwd'],
    ['a"; filename=evil.exe', 'attachment; filename="a_; filename=evil.exe"; filename*=UTF-8\'\'a_%3B%20filename%3Devil.exe'],
    ['a\r\nSet-Cookie: x', 'attachment; filename="a__Set-Cookie_ x"; filename*=UTF-8\'\'a__Set-Cookie_%20x'],
    ['invoice\u202efdp.exe', 'attachment; filename="invoice_fdp.exe"; filename*=UTF-8\'\'invoice_fdp.exe'],
    ['. .', 'attachment; filename="file"; filename*=UTF-8\'\'file'],
  ])('%j', (name, header) => expect(attachment(name)).toBe(header))

  test('and no name leaves the header, hides how it ends, or leads to another folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const header = attachment(name)
        expect(header).toMatch(/^attachment; filename="[ !#$&-[\]-~]{1,150}"; filename\*=UTF-8''[\w!#$&+.^`|~%-]+$/)
        expect(named(header)).not.toMatch(/[\p{Cc}\p{Cf}/\\]/u)
        expect(named(header)).not.toMatch(/^\.|\.$/)
      }),
    )
  })
})

describe('in a key a name', () => {
  test.each([
    ['users.csv', 'users.csv'],
    ['Übersicht für März.xlsx', 'Ubersicht-fur-Marz.xlsx'],
    ['../../org_2/x', 'org_2-x'],
    ['名前', 'file'],
    [`${'x'.repeat(200)}.csv`, `${'x'.repeat(96)}.csv`],
  ])('%j is %s', (name, inKey) => expect(nameInKey(name)).toBe(inKey))

  test('is of characters that no URL changes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => expect(nameInKey(name)).toMatch(/^[A-Za-z0-9][\w.-]{0,99}$/)))
  })
})
