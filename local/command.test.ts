import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type Command, run } from './command.ts'
import { checkPorts, freePorts, portsFrom } from './ports.ts'
import { writeAssembly } from './template/test-assembly.ts'

const ref = (name: string) => ({ Ref: name })
const resource = (Type: string, Properties: object) => ({ Type, Properties })
const trust = { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }] }
const Resources = {
  Table: resource('AWS::DynamoDB::Table', {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  }),
  Role: resource('AWS::IAM::Role', { AssumeRolePolicyDocument: trust }),
  Function: resource('AWS::Lambda::Function', {
    Code: { S3Key: 'code.zip' },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
  }),
  Api: resource('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' }),
  Stage: resource('AWS::ApiGatewayV2::Stage', { ApiId: ref('Api'), StageName: '$default' }),
  Integration: resource('AWS::ApiGatewayV2::Integration', {
    IntegrationType: 'AWS_PROXY',
    PayloadFormatVersion: '2.0',
    IntegrationUri: { 'Fn::GetAtt': ['Function', 'Arn'] },
  }),
  MayCall: resource('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: ref('Function'),
    Principal: 'apigateway.amazonaws.com',
  }),
  Ready: resource('AWS::ApiGatewayV2::Route', {
    ApiId: ref('Api'),
    RouteKey: 'GET /ready',
    Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] },
  }),
}

/** A project whose app copies a finished assembly to where it is told. */
function project(): string {
  const root = mkdtempSync(join(tmpdir(), 'project-'))
  const code = { 'index.js': 'exports.handler = async () => ({ ok: true })' }
  const assembly = writeAssembly({ app: { assets: { 'code.zip': code }, Resources } })
  mkdirSync(join(root, 'infra'))
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  const app = `import { cpSync } from 'node:fs'
    if (process.env.BREAK) throw new Error('the stage ' + process.env.BREAK + ' is unknown')
    cpSync(${JSON.stringify(assembly)}, process.env.CDK_OUTDIR!, { recursive: true })`
  writeFileSync(join(root, 'infra', 'app.ts'), app)
  writeFileSync(join(root, 'infra', 'builder.ts'), "process.once('disconnect', () => process.exit())")
  return root
}

async function begin(changes: Partial<Command> = {}, waitFor = /^ready /m) {
  const stopping = new AbortController()
  let text = ''
  let seen: () => void = () => undefined
  const shown = new Promise<void>((resolve) => {
    seen = resolve
  })
  const output = {
    write(more: string) {
      text += more
      if (waitFor.test(text)) seen()
    },
  }
  const exit = run({ args: [], env: process.env, root: project(), output, stopping, ...changes })
  await Promise.race([shown, exit])
  return { exit, stopping, text: () => text }
}

/** A base whose six ports in a row are all free. */
async function freeBase(): Promise<number> {
  const { api } = await freePorts()
  const isFree = await checkPorts(portsFrom(Math.min(api, 65_000))).then(
    () => true,
    () => false,
  )
  return isFree ? Math.min(api, 65_000) : freeBase()
}

const env = async (more: Record<string, string> = {}) => ({ ...process.env, TESSERA_PORT: String(await freeBase()), ...more })

test('it says what is where, is ready, and stops when asked', async () => {
  const settings = await env()
  const { exit, stopping, text } = await begin({ env: settings, args: ['--fresh'] })
  const url = `http://localhost:${settings.TESSERA_PORT}`
  expect(text()).toMatch(new RegExp(`\\nready ${url}\\n$`))
  for (const what of ['from the beginning', '✓ table', `API reference  ${url}/docs`, 'app-Table', 'Started in'])
    expect(text()).toContain(what)
  expect(await (await fetch(`${url}/ready`)).json()).toEqual({ ok: true })

  const second = await begin({ env: settings })
  expect(await second.exit).toBe(1)
  expect(second.text()).toContain(`Port ${settings.TESSERA_PORT}, wanted for the API, is in use.`)

  stopping.abort()
  expect(await exit).toBe(0)
  expect(text()).toMatch(/Stopped\.\n$/)
})

test('an app that cannot be synthesized says its own message', async () => {
  const { exit, text } = await begin({ env: await env({ BREAK: 'moon' }) })
  expect(await exit).toBe(1)
  expect(text()).toContain('the stage moon is unknown')
  expect(text()).not.toContain('synthesis.ts')
})

test('it can be stopped while it starts', async () => {
  const { exit, stopping, text } = await begin({ env: await env() }, /DynamoDB Local starting/)
  stopping.abort()
  expect(await exit).toBe(0)
  expect(text()).not.toContain('ready')
})

test.each([
  [['--help'], 0, /^npm start/],
  [['--frsh'], 2, /^Unknown: --frsh\n\nnpm start/],
])('%j is answered at once', async (args, code, text) => {
  const { exit, text: shown } = await begin({ args })
  expect(await exit).toBe(code)
  expect(shown()).toMatch(text)
})

test('a port that is none is refused', async () => {
  const { exit, text } = await begin({ env: { TESSERA_PORT: 'abc' } })
  expect(await exit).toBe(1)
  expect(text()).toContain('TESSERA_PORT must be a whole number')
})

test('state that is damaged is named with the way out, and without a stack trace', async () => {
  const settings = await env()
  const root = project()
  mkdirSync(join(root, '.tessera/mail'), { recursive: true })
  writeFileSync(join(root, '.tessera/mail/mails.jsonl'), '{"id":\n')
  const { exit, text } = await begin({ env: settings, root })
  expect(await exit).toBe(1)
  expect(text()).toContain(`cannot read ${join(root, '.tessera/mail/mails.jsonl')}: line 1 is no whole JSON`)
  expect(text()).toContain('npm start -- --fresh')
  expect(text()).not.toMatch(/^\s+at /m)

  const anew = await begin({ env: settings, root, args: ['--fresh'] })
  expect(anew.text()).toContain('ready http')
  anew.stopping.abort()
  expect(await anew.exit).toBe(0)
})
