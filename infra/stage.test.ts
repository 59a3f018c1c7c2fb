import { afterEach, expect, test } from '@jest/globals'
import { examplesLeft, fileContext, mailDomain, readStage } from './stage.ts'

const read = (context: Record<string, unknown>) => readStage({ ...fileContext(), ...context })

afterEach(() => {
  for (const name of ['TESSERA_LOCAL', 'TESSERA_IP_LIMIT', 'TESSERA_PORT']) delete process.env[name]
})

test('a stage that does not exist is told with those that do', () => {
  expect(() => read({ stage: 'nope' })).toThrow('There is no stage nope. cdk.json has: local, dev, prod.')
})

test('what the command line says comes before cdk.json', () => {
  const stage = read({
    stage: 'prod',
    appUrl: 'https://my.org/',
    ipLimit: '50',
    tenantCredentials: 'false',
    origins: 'https://a.org,https://b.org',
  })
  expect(stage).toMatchObject({
    name: 'prod',
    appUrl: 'https://my.org',
    ipLimit: 50,
    tenantCredentials: false,
    origins: ['https://a.org', 'https://b.org'],
  })
})

test('dev is meant where nothing is said, and this machine where the local stack asks', () => {
  expect(read({}).name).toBe('dev')
  process.env.TESSERA_LOCAL = '1'
  expect(read({})).toMatchObject({
    name: 'local',
    strict: true,
    ipLimit: 100_000,
    apiUrl: 'http://localhost:3000',
    appUrl: 'http://localhost:3000',
  })
})

test('on this machine, addresses follow the port and the limit follows its variable', () => {
  process.env.TESSERA_IP_LIMIT = '7'
  expect(read({ stage: 'local', ports: { api: 4000 } })).toMatchObject({ apiUrl: 'http://localhost:4000', ipLimit: 7 })
  process.env.TESSERA_PORT = '5000'
  expect(read({ stage: 'local' }).origins).toEqual(['http://localhost:5000'])
})

test('a wrong setting is named', () => {
  expect(() => read({ stage: 'prod', ipLimit: 'many' })).toThrow(/Stage prod has wrong settings:[\s\S]*ipLimit/)
})

test.each([
  [{ registraton: 'invited' }, 'There is no setting registraton. Did you mean registration?'],
  [{ mailfrom: 'a@my.org' }, 'There is no setting mailfrom. Did you mean mailFrom?'],
  [{ stag: 'prod' }, 'There is no setting stag. Did you mean stage?'],
  [{ colour: 'blue' }, /^There is no setting colour\.\nThe settings are: mailFrom, appUrl, /],
  [{ name: 'prod' }, /^There is no setting name\.\n/],
  [{ ports: '4000' }, /^There is no setting ports\./],
])('%j, which no part of the product reads, is refused with the name that was meant', (settings, words) => {
  expect(() => read(settings)).toThrow(words)
})

test('a setting in cdk.json that no part of the product reads is refused with the name that was meant', () => {
  const stages = { dev: { mailFrom: 'a@my.org', appUrl: 'https://my.org', logRetentionDay: 7 } }
  expect(() => read({ stages })).toThrow('There is no setting logRetentionDay (stage dev in cdk.json). Did you mean logRetentionDays?')
})

test("what CDK itself keeps in the context is none of a stage's settings", () => {
  const ofCdk = { 'aws:cdk:enable-path-metadata': true, '@aws-cdk/core:stackRelativeExports': true, 'acknowledged-issue-numbers': [1] }
  expect(read({ ...ofCdk, 'availability-zones:account=1:region=eu-west-1': ['a'] }).name).toBe('dev')
})

test.each([
  ['registration', 'invite'],
  ['logRetentionDays', '100'],
  ['logRetentionDays', '9999'],
  ['mailFrom', '@'],
  ['mailFrom', 'Tessera <no-reply@>'],
  ['mailFrom', 'a@my.org>'],
  ['mailFrom', 'Tessera\r\nBcc: <a@my.org>'],
  ['appUrl', 'app.my.org'],
  ['appUrl', 'javascript:alert(1)'],
  ['apiUrl', 'ftp://my.org'],
  ['origins', 'https://my.org/app'],
  ['origins', 'https://my.org,*'],
  ['callbackUrls', 'http://my.org/return'],
  ['callbackUrls', 'https://my.org/return#here'],
  ['customerLimit', '0'],
  ['ipLimit', '0x10'],
  ['ipLimit', '1e3'],
  ['ipLimit', ''],
  ['archiveDays', '1.5'],
  ['strict', 'perhaps'],
  ['tenantCredentials', 'flase'],
  ['retainData', '2'],
  ['logLevel', 'TRACE'],
  ['tracing', 'active'],
  ['throttle', '100'],
])('%s=%j does not reach a template', (name, value) => {
  expect(() => read({ stage: 'prod', [name]: value })).toThrow(new RegExp(`Stage prod has wrong settings:[\\s\\S]*at ${name}`))
})

test.each([
  [
    'callbackUrls',
    'https://my.org/return, http://localhost:5173/return,my-app://return',
    ['https://my.org/return', 'http://localhost:5173/return', 'my-app://return'],
  ],
  ['origins', '', []],
  ['logRetentionDays', '365', 365],
  ['mailFrom', 'no-reply@my.org', 'no-reply@my.org'],
  ['retainData', 'no', false],
])('%s=%s is taken', (name, value, taken) => {
  expect(read({ stage: 'prod', [name]: value })).toHaveProperty(name, taken)
})

test('the addresses of cdk.json are known to be examples', () => {
  expect(examplesLeft(read({ stage: 'prod' }))).toEqual(['mailFrom', 'appUrl', 'origins'])
  const own = { mailFrom: 'Us <no-reply@my.org>', appUrl: 'https://my.org', origins: 'https://my.org' }
  expect(examplesLeft(read({ stage: 'prod', ...own }))).toEqual([])
})

test.each([
  ['Tessera <no-reply@Mail.Example.com>', 'mail.example.com'],
  ['no-reply@example.com', 'example.com'],
  ['Mail @ Tessera <no-reply@example.com>', 'example.com'],
])('%s sends from %s', (mailFrom, domain) => {
  expect(mailDomain({ mailFrom })).toBe(domain)
})
