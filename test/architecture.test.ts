import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { catalogue, entities, idPrefixes, permissions, problems, reactions, tasks } from '../functions/catalogue.ts'
import { OF_THE_PRODUCT } from '../functions/resources/resource-type.ts'

/** The rules of the tree, kept by reading the imports themselves. */

const source = (pattern: string) => globSync(pattern).filter((file) => !file.endsWith('.test.ts') && !/(^|\/)test-/.test(file))

const importsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)].map((match) => normalize(join(dirname(file), match[1] ?? '')))

const top = (file: string) => file.split('/')[0] ?? ''
const context = (file: string) => file.split('/')[1] ?? ''

/** What each top folder may import from. */
const mayImport: Record<string, string[]> = {
  shared: ['shared'],
  events: ['events', 'shared'],
  functions: ['functions', 'events', 'shared'],
  infra: ['infra', 'functions', 'events', 'shared'],
  local: ['local'],
  client: ['client'],
  verify: ['verify', 'shared'],
}

describe.each(Object.entries(mayImport))('%s', (folder, allowed) => {
  test(`imports only from ${allowed.join(', ')}`, () => {
    const wrong = source(`${folder}/**/*.ts`).flatMap((file) =>
      importsOf(file)
        .filter((target) => !allowed.includes(top(target)))
        .map((target) => `${file} → ${target}`),
    )
    expect(wrong).toEqual([])
  })
})

test('a context knows another only by its door, a contract another only by its contract', () => {
  const wrong = source('functions/*/**/*.ts').flatMap((file) =>
    importsOf(file)
      .filter((target) => top(target) === 'functions' && context(target) !== context(file))
      .filter((target) => !target.endsWith(/\/contract(\.ts|\/)/.test(file) ? '/contract.ts' : '/door.ts'))
      .map((target) => `${file} → ${target}`),
  )
  expect(wrong).toEqual([])
})

/** Those that lead back to themselves, whatever the way. */
function inCircles(knows: ReadonlyMap<string, readonly string[]>): string[] {
  const leads = (from: string, to: string, seen: Set<string>): boolean =>
    (knows.get(from) ?? []).some((next) => next === to || (!seen.has(next) && leads(next, to, seen.add(next))))
  return [...knows.keys()].filter((each) => leads(each, each, new Set()))
}

test('contexts form no circle', () => {
  const contexts = [...new Set(source('functions/*/*.ts').map(context))]
  const known = (name: string) => {
    const targets = source(`functions/${name}/**/*.ts`).flatMap(importsOf)
    return [...new Set(targets.filter((target) => top(target) === 'functions').map(context))].filter((other) => other !== name)
  }
  expect(inCircles(new Map(contexts.map((name) => [name, known(name)])))).toEqual([])
})

test('files import one another in no circle, for their types neither', () => {
  const files = [...Object.keys(mayImport), 'bench', 'scripts', 'test'].flatMap((folder) => globSync(`${folder}/**/*.ts`))
  expect(inCircles(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([])
})

test('the kernel knows persons and sessions only by their door', () => {
  const wrong = source('shared/**/*.ts')
    .filter((file) => !file.startsWith('shared/identity/'))
    .flatMap((file) => importsOf(file).flatMap((target) => (/^shared\/identity\/(?!door\.ts)/.test(target) ? [`${file} → ${target}`] : [])))
  expect(wrong).toEqual([])
})

test('only the table asks DynamoDB', () => {
  const product = ['functions', 'events', 'shared'].flatMap((folder) => source(`${folder}/**/*.ts`))
  const holding = (text: RegExp) => product.filter((file) => text.test(readFileSync(file, 'utf8')))
  expect(holding(/DynamoDB_20120810/)).toEqual(['shared/store/table-call.ts'])
  expect(holding(/\bcallTable\(/)).toEqual(['shared/store/table.ts'])
})

/** Where requests leave, and for what. */
const WAYS_OUT: Record<string, string> = {
  'shared/outbound-call.ts': 'addresses that somebody gave, vetted',
  'shared/outbound.ts': 'resolves their names',
  'shared/aws-call.ts': 'calls to AWS',
  'shared/serve/bearer.ts': "the user pool's public keys",
}
/** What makes no request; any other package could. */
const SILENT =
  /^(\.|node:(crypto|fs|fs\/promises|os|path|stream\/promises|util|zlib)$|@messageformat\/runtime$|@middy\/core$|@smithy\/signature-v4$|ulid$|uqr$|zod$)/

/** What of `node:net` only knows addresses. */
const ADDRESSES = /^import \{ (?:(?:BlockList|isIP|isIPv4|isIPv6|type \w+)(?:, )?)+ \} from 'node:net'/gm

/** Packages and globals of a source by which a request could leave. */
function exitsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
  const loaded = code
    .replace(/^(im|ex)port type [^;'"]*? from '[^']+'/gm, '')
    .replace(ADDRESSES, '')
    .matchAll(/(?:\bfrom |\bimport |\b(?:import|require)\()['"]([^'"\s]+)['"]/g)
  const globals = code
    .replace(/'[^'\n]*'|"[^"\n]*"/g, '')
    .matchAll(/(?<![.\w])(fetch|WebSocket|EventSource|XMLHttpRequest)\b|globalThis|process\.getBuiltinModule/g)
  return [...[...loaded].map(([, name = '']) => name).filter((name) => !SILENT.test(name)), ...[...globals].map(([name]) => name)]
}

test('a request leaves by `outbound` or to AWS, and nowhere else', () => {
  const leaving = ['functions', 'events', 'shared']
    .flatMap((folder) => source(`${folder}/**/*.ts`))
    .filter((file) => exitsOf(readFileSync(file, 'utf8')).length > 0)
  expect(leaving.toSorted()).toEqual(Object.keys(WAYS_OUT).toSorted())
})

test('only `outbound` says under which rules an address that somebody gave is called', () => {
  const callers = ['functions', 'events', 'shared']
    .flatMap((folder) => source(`${folder}/**/*.ts`))
    .filter((file) => importsOf(file).includes('shared/outbound-call.ts'))
  expect(callers).toEqual(['shared/outbound.ts'])
})

test.each([
  "const reply = await fetch('https://example.com')",
  'const call = globalThis.fetch',
  'export const call = [fetch]',
  "import { request } from 'node:https'",
  "import http from 'http'",
  "import { connect, isIP } from 'node:net'",
  "import {\n  request,\n} from 'undici'",
  "const { request } = await import('node:https')",
  "const axios = require('axios')",
  "import 'node-fetch'",
  'new WebSocket(url)',
])('a way out is seen in %j', (planted) => expect(exitsOf(planted)).not.toEqual([]))

test.each([
  "import type { Agent } from 'node:http'",
  "import { BlockList, isIP, type LookupFunction } from 'node:net'",
  '// fetch it once',
  "const route = 'POST /fetch'",
  'session.fetch()',
])('none is seen in %j', (harmless) => expect(exitsOf(harmless)).toEqual([]))

test('every contract, reaction and task has its file', () => {
  const placed = [...reactions, ...tasks].map(({ file }) => file)
  expect([...catalogue.map(({ file }) => file), ...placed].filter((file) => !existsSync(file))).toEqual([])
})

/** Answers what no route takes, so no contract can name it. */
const ANY_OTHER = 'functions/system/any-other.ts'

test('every file that makes a handler belongs to a contract, a reaction or a task', () => {
  const known = new Set([...[...catalogue, ...reactions, ...tasks].map(({ file }) => file), ANY_OTHER])
  const handlers = ['functions/**/*.ts', 'events/*.ts']
    .flatMap(source)
    .filter((file) => /export const handler\b|export async function handler\b/.test(readFileSync(file, 'utf8')))
  expect(handlers.filter((file) => !known.has(file))).toEqual([])
})

test('no manifest is part of a function: only what is derived for the whole product reads them', () => {
  const isManifest = (target: string) => /^functions\/(contexts|catalogue|[^/]+\/context)\.ts$/.test(target)
  const readers = ['functions', 'events', 'shared']
    .flatMap((folder) => source(`${folder}/**/*.ts`))
    .filter((file) => importsOf(file).some(isManifest))
  expect(readers).toEqual(['functions/catalogue.ts', 'functions/contexts.ts'])
})

test('a manifest states every permission that a contract asks for, and none besides', () => {
  const asked = catalogue.flatMap(({ contract }) => ('permission' in contract ? contract.permission : []))
  // Asked for by handlers: of whoever makes somebody an administrator of a customer, looks after the long work of others, asks what they may, or shares.
  const byHandlers = ['organizations:appoint', 'jobs:read', 'jobs:cancel', 'role_assignments:read', 'audit:share']
  expect(new Set([...asked, ...byHandlers])).toEqual(new Set(permissions.keys()))
})

test('a manifest states every failure that a contract names or a file throws, under its code', async () => {
  const named = catalogue.flatMap(({ contract }) => contract.fails ?? []).filter((kind) => typeof kind !== 'string')
  expect(named.filter((type) => problems.get(type.code) !== type)).toEqual([])
  const modules = await Promise.all(source('functions/*/problems.ts').map((file) => import(`../${file}`) as Promise<object>))
  const stated = modules.flatMap((module) => Object.entries(module))
  expect(stated.filter(([name, type]) => problems.get(name) !== type)).toEqual([])
  expect(stated.map(([name]) => name)).toEqual(expect.arrayContaining(['LAST_ADMIN', 'SLUG_TAKEN']))
  const makers = ['functions', 'events'].flatMap((folder) => source(`${folder}/**/*.ts`))
  expect(makers.filter((file) => !file.endsWith('/problems.ts') && /problemType\(/.test(readFileSync(file, 'utf8')))).toEqual([])
})

test('a manifest states what every id begins with', () => {
  const used = ['functions', 'events', 'shared']
    .flatMap((folder) => source(`${folder}/**/*.ts`))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\b(?:newId|Id)\('(\w+)'/g)].map((match) => match[1] ?? ''))
  expect(used.filter((prefix) => !idPrefixes.has(prefix))).toEqual([])
  expect(used).toEqual(expect.arrayContaining(['usr', 'org', 'evt', 'aud', 'ntf']))
})

test('no type of an organization’s own is called as what the product keeps', () => {
  expect([...entities.keys()].map((name) => name.toLowerCase()).filter((name) => !OF_THE_PRODUCT.includes(name))).toEqual([])
})
