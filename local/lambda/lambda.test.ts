import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from '@jest/globals'
import { readDeployment } from '../template/deployment.ts'
import { testPorts, writeAssembly } from '../template/test-assembly.ts'
import { createLambda, type Lambda, type LambdaOptions } from './lambda.ts'

const opened: Lambda[] = []
afterEach(async () => {
  for (const lambda of opened.splice(0)) await lambda.close()
})

interface TestFunction {
  code: string
  properties?: object
}

function start(functions: Record<string, TestFunction>, more: Partial<LambdaOptions> = {}) {
  const said: string[] = []
  const assets = Object.fromEntries(Object.entries(functions).map(([name, { code }]) => [`${name}.zip`, { 'index.js': code }]))
  const Resources = Object.fromEntries(Object.entries(functions).map(([name, { properties }]) => [name, resource(name, properties)]))
  const assemblyDir = writeAssembly({ app: { assets, Resources } })
  const deployment = readDeployment(assemblyDir, { ports: testPorts })
  const logDir = mkdtempSync(join(tmpdir(), 'logs-'))
  const credentialsFor = (roleArn: string) => ({ accessKeyId: `key of ${roleArn}`, secretAccessKey: 's', sessionToken: 't' })
  const log = (part: string, line: string) => said.push(`${part} ${line}`)
  const lambda = createLambda({ deployment, assemblyDir, credentialsFor, awsEndpoint: 'http://localhost:3003', logDir, log, ...more })
  opened.push(lambda)
  return { lambda, said, logDir }
}

function resource(name: string, properties: object = {}) {
  const Properties = {
    FunctionName: name,
    Handler: 'index.handler',
    Role: 'role',
    Runtime: 'nodejs24.x',
    Code: { S3Key: `${name}.zip` },
    Timeout: 20,
  }
  return { Type: 'AWS::Lambda::Function', Properties: { ...Properties, ...properties } }
}

const handler = (body: string) => ({ code: `let calls = 0; exports.handler = async (event, context) => { calls++; ${body} }` })

test('a function answers by name, ARN and alias, and keeps its memory between calls', async () => {
  const { lambda } = start({ greet: handler('return { hello: event.name, calls }') })
  expect(await lambda.invoke('greet', { name: 'Ada' })).toEqual({ hello: 'Ada', calls: 1 })
  expect(await lambda.invoke('arn:aws:lambda:eu-central-1:000000000000:function:greet', {})).toEqual({ calls: 2 })
  expect(await lambda.invoke('greet:live', {})).toEqual({ calls: 3 })
  expect(lambda.warm()).toBe(1)
})

test('a function is built before its first call, and what its build says is wrong is answered as a failed import', async () => {
  const built: string[] = []
  const build = async (folder: string) => {
    built.push(folder)
    if (built.length === 1) throw new Error('greet.ts:3:1: no such name')
  }
  const { lambda, said } = start({ greet: handler('return calls') }, { build })
  await expect(lambda.invoke('greet', {})).rejects.toMatchObject({
    errorType: 'Runtime.ImportModuleError',
    message: 'greet.ts:3:1: no such name',
  })
  expect(said).toEqual(['lambda greet: greet cannot be built: greet.ts:3:1: no such name'])
  expect(await lambda.invoke('greet', {})).toBe(1)
  expect(built).toEqual([...lambda.folders, ...lambda.folders])
})

test("the environment is the template's, Lambda's own names and nothing of this process", async () => {
  process.env.OF_THIS_PROCESS = 'x'
  const { lambda } = start({ env: { ...handler('return process.env'), properties: { Environment: { Variables: { TABLE: 'orders' } } } } })
  const environment = (await lambda.invoke('env', {})) as Record<string, string>
  expect(environment).toMatchObject({
    TABLE: 'orders',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'key of role',
    AWS_ENDPOINT_URL: 'http://localhost:3003',
    AWS_LAMBDA_FUNCTION_NAME: 'env',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/env',
    _HANDLER: 'index.handler',
    TZ: 'UTC',
  })
  expect(Object.keys(environment)).not.toEqual(expect.arrayContaining(['OF_THIS_PROCESS']))
  expect(environment.NODE_OPTIONS).toBeUndefined()
})

test('the context tells request, function and remaining time', async () => {
  const { lambda } = start({ ctx: handler('return { ...context, remaining: context.getRemainingTimeInMillis() }') })
  const context = (await lambda.invoke('ctx', {})) as Record<string, unknown>
  expect(context).toMatchObject({
    functionName: 'ctx',
    functionVersion: '$LATEST',
    memoryLimitInMB: '128',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:ctx',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  expect(context.remaining).toBeLessThanOrEqual(20_000)
})

test('functions share no globals', async () => {
  const code = handler('globalThis.seen = (globalThis.seen ?? 0) + 1; return globalThis.seen')
  const { lambda } = start({ a: code, b: code })
  expect(await lambda.invoke('a', {})).toBe(1)
  expect(await lambda.invoke('b', {})).toBe(1)
})

test('a thrown error arrives with its type and message', async () => {
  const { lambda, said } = start({ fail: handler("throw new RangeError('too far')") })
  await expect(lambda.invoke('fail', {})).rejects.toMatchObject({ errorType: 'RangeError', message: 'too far' })
  await lambda.close()
  expect(said).toEqual(['lambda fail: Invoke Error: too far'])
})

const crashes: [what: string, body: string, errorType: string, message: string][] = [
  ['process.exit', 'process.exit(3)', 'Runtime.ExitError', 'Runtime exited with error: exit status 3'],
  ['an unhandled rejection', "Promise.reject(new Error('lost')); await new Promise(() => {})", 'Runtime.UnhandledPromiseRejection', 'lost'],
  ['an error thrown in a callback', "setTimeout(() => { throw new TypeError('late') }); await new Promise(() => {})", 'TypeError', 'late'],
]

test.each(crashes)('%s fails the call, and the next call finds a new instance', async (_, body, errorType, message) => {
  const { lambda } = start({ crash: handler(`if (event.crash) { ${body} }; return calls`) })
  expect(await lambda.invoke('crash', {})).toBe(1)
  await expect(lambda.invoke('crash', { crash: true })).rejects.toMatchObject({ errorType, message: expect.stringContaining(message) })
  expect(await lambda.invoke('crash', {})).toBe(1)
})

test('a call that takes longer than its timeout is ended', async () => {
  const { lambda } = start({ slow: { ...handler('for (;;);'), properties: { Timeout: 0.2 } } })
  await expect(lambda.invoke('slow', {})).rejects.toMatchObject({
    errorType: 'Sandbox.Timedout',
    message: expect.stringContaining('Task timed out after 0.20 seconds'),
  })
  expect(lambda.warm()).toBe(0)
})

test('an instance handles one call at a time; more calls start more instances up to the reserved concurrency', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'calls-'))
  const started = () => readdirSync(folder).filter((name) => name.startsWith('started')).length
  const code = handler(`
    const fs = require('node:fs')
    fs.writeFileSync(${JSON.stringify(folder)} + '/started-' + context.awsRequestId, '')
    while (!fs.existsSync(${JSON.stringify(folder)} + '/go')) await new Promise((done) => setTimeout(done, 5))`)
  const { lambda } = start({ two: { ...code, properties: { ReservedConcurrentExecutions: 2, Timeout: 60 } } })
  const calls = [1, 2, 3].map(() => lambda.invoke('two', {}))
  while (started() < 2) await sleep(5)
  expect([lambda.warm(), started()]).toEqual([2, 2])
  writeFileSync(join(folder, 'go'), '')
  await Promise.all(calls)
  expect([lambda.warm(), started()]).toEqual([2, 3])
})

test('a reserved concurrency of zero throttles every call', async () => {
  const { lambda } = start({ off: { ...handler('return 1'), properties: { ReservedConcurrentExecutions: 0 } } })
  await expect(lambda.invoke('off', {})).rejects.toMatchObject({ errorType: 'TooManyRequestsException' })
})

test('the least recently used instance goes when too many are warm', async () => {
  const { lambda } = start({ a: handler('return calls'), b: handler('return calls'), c: handler('return calls') }, { maxWarm: 2 })
  for (const name of ['a', 'b', 'a', 'c']) await lambda.invoke(name, {})
  expect(lambda.warm()).toBe(2)
  expect(await lambda.invoke('a', {})).toBe(3)
  expect(await lambda.invoke('b', {})).toBe(1)
})

test('a function that calls another gets through even when all warm places are taken', async () => {
  const { lambda } = start({ a: handler('await new Promise((d) => setTimeout(d, 200)); return 1'), b: handler('return 2') }, { maxWarm: 1 })
  expect(await Promise.all([lambda.invoke('a', {}), lambda.invoke('b', {})])).toEqual([1, 2])
})

test('events and answers above 6 MB are refused', async () => {
  const { lambda } = start({ big: handler("return 'x'.repeat(event.length ?? 0)") })
  await expect(lambda.invoke('big', 'x'.repeat(6_291_456))).rejects.toMatchObject({ errorType: 'RequestEntityTooLargeException' })
  await expect(lambda.invoke('big', { length: 6_291_456 })).rejects.toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' })
})

const unloadable: [what: string, code: string, errorType: string][] = [
  ['needs a module that is not there', "require('not-there')", 'Runtime.ImportModuleError'],
  ['exports no handler', 'exports.other = 1', 'Runtime.HandlerNotFound'],
  ['cannot be parsed', 'exports.handler = (', 'Runtime.UserCodeSyntaxError'],
  ['throws while it loads', "throw new Error('no table')", 'Error'],
]

test.each(unloadable)('a bundle that %s fails every call', async (_, code, errorType) => {
  const { lambda } = start({ broken: { code } })
  await expect(lambda.invoke('broken', {})).rejects.toMatchObject({ errorType })
  await expect(lambda.invoke('broken', {})).rejects.toMatchObject({ errorType })
})

test('an unknown function, and code that is not there, are said by name', async () => {
  const { lambda } = start({})
  await expect(lambda.invoke('nobody', {})).rejects.toMatchObject({ errorType: 'ResourceNotFoundException' })
  expect(() => start({ py: { code: '', properties: { Runtime: 'python3.13' } } })).toThrow('app/py')
  expect(() => start({ gone: { code: '', properties: { Code: { S3Key: 'other.zip' } } } })).toThrow('app/gone: its code is no file asset')
})

test('what a function prints is kept in its log, and its errors are said', async () => {
  const body = `console.log('{"level":"INFO","message":"quiet"}'); console.log('{"level":"ERROR","message":"loud"}'); console.error('bare'); return 1`
  const { lambda, said, logDir } = start({ talk: handler(body) })
  await lambda.invoke('talk', {})
  await lambda.close()
  const lines = readFileSync(join(logDir, 'talk.log'), 'utf8').trim().split('\n')
  expect(lines.toSorted()).toEqual(['bare', '{"level":"ERROR","message":"loud"}', '{"level":"INFO","message":"quiet"}'])
  expect(said.toSorted()).toEqual(['lambda talk: bare', 'lambda talk: loud'])
})

test('an instance that stops leaves the coverage of its bundle', async () => {
  const coverageDir = mkdtempSync(join(tmpdir(), 'coverage-'))
  const { lambda } = start({ counted: handler('globalThis.__coverage__ = { file: 1 }; return 1') }, { coverageDir })
  await lambda.invoke('counted', {})
  await lambda.close()
  expect(readdirSync(coverageDir).map((file) => JSON.parse(readFileSync(join(coverageDir, file), 'utf8')))).toEqual([{ file: 1 }])
})

test('calls that wait when the stack stops are refused', async () => {
  const code = { ...handler('await new Promise(() => {})'), properties: { ReservedConcurrentExecutions: 1 } }
  const { lambda } = start({ stuck: code })
  const calls = Promise.allSettled([lambda.invoke('stuck', {}), lambda.invoke('stuck', {})])
  await lambda.close()
  expect((await calls).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
