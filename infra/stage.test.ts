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

test('the addresses of cdk.json are known to be examples', () => {
  expect(examplesLeft(read({ stage: 'prod' }))).toEqual(['mailFrom', 'appUrl', 'origins'])
  const own = { mailFrom: 'Us <no-reply@my.org>', appUrl: 'https://my.org', origins: 'https://my.org' }
  expect(examplesLeft(read({ stage: 'prod', ...own }))).toEqual([])
})

test.each([
  ['Tessera <no-reply@Mail.Example.com>', 'mail.example.com'],
  ['no-reply@example.com', 'example.com'],
])('%s sends from %s', (mailFrom, domain) => {
  expect(mailDomain({ mailFrom })).toBe(domain)
})
