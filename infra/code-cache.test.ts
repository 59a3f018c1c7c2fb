import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { addCodeCaches, canCache, hashOf, sayCache } from './code-cache.ts'

const root = mkdtempSync(join(tmpdir(), 'tessera-cache-'))
afterAll(() => rmSync(root, { recursive: true }))

/** Enough functions that V8 has something to keep. */
const CODE = `"use strict";
const parts = [${Array.from({ length: 200 }, (_, n) => `(a) => { const part${n} = a + ${n}; return part${n} }`).join(', ')}];
const sum = parts.reduce((total, part) => part(total), 0);
exports.handler = async () => { return [sum, require("node:os").EOL, __filename, typeof gc] };
exports.fail = () => { throw new Error("told") };
`

function folder(name: string): string {
  const path = join(mkdtempSync(join(root, name)))
  writeFileSync(join(path, 'index.js'), CODE)
  return path
}

/** In a process of its own: what the function answers, the place of its failure, and whether V8 refused the cache (nothing: it had none). */
function run(path: string, flags: readonly string[] = []): { answer: unknown; at: string; refused?: boolean } {
  const program = `
    const vm = require('node:vm'), { Script } = vm, said = {}
    vm.Script = class extends Script { constructor(...given) { super(...given); said.refused = this.cachedDataRejected } }
    const { handler, fail } = require(${JSON.stringify(join(path, 'index.js'))})
    try { fail() } catch ({ stack }) { said.at = /index\\.js:\\d+:\\d+/.exec(stack)[0] }
    handler().then((answer) => console.log(JSON.stringify({ ...said, answer })))`
  return JSON.parse(execFileSync(process.execPath, [...flags, '-e', program], { encoding: 'utf8' }))
}

const cacheIn = (path: string) => readdirSync(path).filter((name) => name.endsWith('.cache'))

const [plain, cached, again] = ['plain', 'cached', 'again'].map(folder) as [string, string, string]
beforeAll(() => addCodeCaches([cached, again]))

test('with a cache a function is what it was: its answers, its file, its globals and the places in its stacks', () => {
  const { answer, at } = run(cached)
  const before = run(plain)
  expect(at).toBe(before.at)
  expect(answer).toEqual((before.answer as unknown[]).map((each) => (each === join(plain, 'index.js') ? join(cached, 'index.js') : each)))
})

test.each([
  [[]],
  [['--expose-gc']],
  [['--max-semi-space-size=51', '--max-old-space-size=921', '--enable-source-maps']],
])('the cache is used by a Node that was started with %j', (flags) => {
  expect(run(cached, flags).refused).toBe(false)
})

test('a cache that V8 refuses, one of another Node and none at all leave the function as it is', () => {
  const { answer } = run(cached)
  expect(run(cached, ['--no-opt'])).toMatchObject({ refused: true, answer })
  const [name = ''] = cacheIn(cached)
  renameSync(join(cached, name), join(cached, `v20.0.0-linux-arm64.cache`))
  const without = run(cached)
  renameSync(join(cached, `v20.0.0-linux-arm64.cache`), join(cached, name))
  expect(without).toMatchObject({ answer })
  expect(without).not.toHaveProperty('refused')
})

test('the same code is the same to a deployment, whatever its cache holds; other code, or a cache for another Node, is not', () => {
  const [name = ''] = cacheIn(again)
  const before = hashOf(again)
  expect(before).toBe(hashOf(cached))
  writeFileSync(join(again, name), 'other bytes')
  expect(hashOf(again)).toBe(before)
  renameSync(join(again, name), join(again, `v20.0.0-linux-arm64.cache`))
  const renamed = hashOf(again)
  writeFileSync(join(again, 'code.js'), 'other code')
  expect(new Set([before, renamed, hashOf(again), hashOf(plain)]).size).toBe(4)
})

test('code that cannot be loaded stops the synthesis', async () => {
  const broken = folder('broken')
  writeFileSync(join(broken, 'index.js'), 'throw new Error("no function")')
  await expect(addCodeCaches([broken])).rejects.toThrow('no function')
})

test('a machine of another kind than Lambda’s makes no cache, and says so', () => {
  expect([canCache('linux-arm64'), canCache('linux-x64'), canCache('darwin-arm64')]).toEqual([true, false, false])
  expect([sayCache('linux-arm64'), sayCache('darwin-arm64')]).toEqual([
    expect.stringContaining(process.version),
    expect.stringContaining('none'),
  ])
})
