import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import {
  createContext,
  describe as describeError,
  handleTask,
  initErrorType,
  loadHandler,
  type RuntimeSettings,
  writeCoverage,
} from './runtime.ts'

const settings: RuntimeSettings = {
  root: '/',
  handler: 'index.handler',
  functionName: 'f',
  functionArn: 'arn',
  memoryMegabytes: 256,
  compileCache: undefined,
  coverageDir: undefined,
}

function folder(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'bundle-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content)
  return root
}

afterEach(() => void jest.restoreAllMocks())

describe('loading a handler', () => {
  test('a bundle is CommonJS even below a package.json that says otherwise', async () => {
    const root = folder({ 'index.js': 'exports.handler = () => 1', 'package.json': '{"type":"module"}' })
    expect((await loadHandler(root, 'index.handler'))({}, {})).toBe(1)
  })

  test('modules are found from the folder of the bundle', async () => {
    const root = folder({ 'index.cjs': "exports.run = require('near')" })
    mkdirSync(join(root, 'node_modules'))
    writeFileSync(join(root, 'node_modules', 'near.js'), 'module.exports = () => 2')
    expect((await loadHandler(root, 'index.run'))({}, {})).toBe(2)
  })

  test('a missing file and a missing export have the names Lambda gives them', async () => {
    await expect(loadHandler(folder({}), 'index.handler')).rejects.toMatchObject({ name: 'Runtime.ImportModuleError' })
    await expect(loadHandler(folder({ 'index.js': '' }), 'index.handler')).rejects.toMatchObject({ name: 'Runtime.HandlerNotFound' })
  })
})

describe('errors', () => {
  test.each([
    [new TypeError('no'), { errorType: 'TypeError', errorMessage: 'no' }],
    ['text', { errorType: 'string', errorMessage: 'text', trace: [] }],
  ])('%s is told by type and message', (error, details) => expect(describeError(error)).toMatchObject(details))

  test.each([
    [new SyntaxError('x'), 'Runtime.UserCodeSyntaxError'],
    [Object.assign(new Error('x'), { code: 'MODULE_NOT_FOUND' }), 'Runtime.ImportModuleError'],
    [Object.assign(new Error('x'), { code: 'ERR_MODULE_NOT_FOUND' }), 'Runtime.ImportModuleError'],
    [new Error('x'), undefined],
    [undefined, undefined],
  ])('%s while loading is %s', (error, name) => expect(initErrorType(error)).toBe(name))
})

describe('handling an event', () => {
  const task = { requestId: 'r', payload: '{"a":1}', deadline: 0 }

  test('the answer is JSON, and no answer is null', async () => {
    expect(await handleTask((event) => event, settings, task)).toEqual({ kind: 'answer', payload: '{"a":1}' })
    expect(await handleTask(() => undefined, settings, task)).toEqual({ kind: 'answer', payload: 'null' })
  })

  test('a thrown error is reported and printed as a line of JSON', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined)
    const report = await handleTask(() => Promise.reject(new Error('no')), settings, task)
    expect(report).toMatchObject({ kind: 'error', error: { errorType: 'Error', errorMessage: 'no' } })
    expect(JSON.parse(String(printed.mock.calls[0]?.[0]))).toMatchObject({ level: 'ERROR', message: 'Invoke Error: no', requestId: 'r' })
  })

  test('remaining time never goes below zero', () => {
    const context = createContext(settings, 'r', Date.now() - 1) as { getRemainingTimeInMillis(): number }
    expect(context.getRemainingTimeInMillis()).toBe(0)
  })
})

test('coverage is written only where it is wanted and counted', () => {
  const directory = join(folder({}), 'coverage')
  const ownCount: unknown = Reflect.get(globalThis, '__coverage__')
  Reflect.set(globalThis, '__coverage__', { a: 1 })
  writeCoverage(undefined)
  writeCoverage(directory)
  Reflect.set(globalThis, '__coverage__', undefined)
  writeCoverage(directory)
  Reflect.set(globalThis, '__coverage__', ownCount)
  expect(readdirSync(directory)).toHaveLength(1)
})
