import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { catalogue, reactions, tasks } from '../functions/catalogue.ts'
import { bundle, checkFiles } from './bundle.ts'
import { ANY_OTHER_FILE, allParts, type Part, partsOf } from './parts.ts'
import { budgetOf, checkSizes, GROUND_BYTES } from './size-budget.ts'

const outdir = mkdtempSync(join(tmpdir(), 'tessera-bundle-'))
afterAll(() => rmSync(outdir, { recursive: true }))

const parts = allParts(partsOf(catalogue, reactions, tasks))
const pick = (...names: string[]) => parts.filter(({ name }) => names.includes(name))
const source = (part: Part | undefined) => readFileSync(join(outdir, part?.name ?? '', 'index.js'), 'utf8')

test('every contract, rule and task has its file, and its assets are there', () => {
  expect(() => checkFiles(parts)).not.toThrow()
})

test('every function has a name of its own, and the catch-all stands once', () => {
  expect(new Set(parts.map(({ name }) => name)).size).toBe(parts.length)
  expect(parts.filter(({ file }) => file === ANY_OTHER_FILE)).toHaveLength(1)
})

test('files that are missing are listed, all of them at once', () => {
  const [first] = parts
  if (!first) throw new Error('The catalogue is empty')
  const missing = [
    { ...first, file: 'functions/users/a.ts' },
    { ...first, file: 'functions/users/b.ts', assets: ['c.html'] },
  ]
  expect(() => checkFiles(missing)).toThrow(/functions\/users\/a\.ts\n {2}functions\/users\/b\.ts\n {2}c\.html/)
})

test('for this machine the SDK stays outside, for Lambda everything is inside; assets lie beside the code', async () => {
  const chosen = pick('users-get-user', 'system-get-docs')
  const [docs] = pick('system-get-docs')
  await bundle(chosen, { outdir, local: true })
  expect(source(docs)).toContain('require("@smithy/signature-v4")')
  expect(existsSync(join(outdir, 'system-get-docs', 'docs.html'))).toBe(true)
  await bundle(pick('system-get-docs'), { outdir, local: false })
  expect(source(docs)).not.toContain('require("@smithy/signature-v4")')
  expect(existsSync(join(outdir, 'users-get-user'))).toBe(false)
})

test('on Lambda a function holds its own contract, and neither another one, nor profiles, nor the making of documents', async () => {
  const chosen = pick('users-get-user', 'users-create-user', 'identity-login', 'identity-accept-invitation')
  const sizes = await bundle(chosen, { outdir, local: false })
  const [getUser] = pick('users-get-user')
  expect(source(getUser)).toContain('GET /api/v1/users/{id}')
  expect(source(getUser)).not.toMatch(/\/api\/v1\/users\/\{id\}\/lock|credential_process|sso_session/)
  expect(sizes.get('users-get-user')).toBeLessThanOrEqual(GROUND_BYTES)
  expect(sizes.get('users-create-user')).toBeLessThanOrEqual(GROUND_BYTES)
  const acceptInvitation = readFileSync(join(outdir, 'identity-accept-invitation', 'index.js'), 'utf8')
  expect([acceptInvitation, source(getUser)].map((code) => code.includes('JWKSNoMatchingKey'))).toEqual([true, false])
})

test('a function that outgrows its budget is named with its size, and one that stays within is not', () => {
  const chosen = pick('users-get-user', 'users-create-user')
  const sizes = new Map(chosen.map((part) => [part.name, budgetOf(part) + (part.name === 'users-get-user' ? 1 : 0)]))
  expect(() => checkSizes(chosen, sizes)).toThrow(new RegExp(`users-get-user: ${GROUND_BYTES + 1} of ${GROUND_BYTES} bytes$`))
})
