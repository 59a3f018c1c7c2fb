import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { catalogue } from '../functions/catalogue.ts'
import { reactions, tasks } from '../functions/reactions.ts'
import { methodOf, pathOf } from '../shared/endpoint.ts'

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

test('a context knows another only by its reads.ts, a contract another only by its contract', () => {
  const shared = ['catalogue.ts', 'reactions.ts']
  const wrong = source('functions/*/*.ts').flatMap((file) =>
    importsOf(file)
      .filter((target) => top(target) === 'functions' && context(target) !== context(file))
      .filter(
        (target) => !target.endsWith(file.endsWith('/contract.ts') ? '/contract.ts' : '/reads.ts') && !shared.includes(context(target)),
      )
      .map((target) => `${file} → ${target}`),
  )
  expect(wrong).toEqual([])
})

test('only shared/store holds a DynamoDB client', () => {
  const product = ['functions', 'events', 'shared'].flatMap((folder) => source(`${folder}/**/*.ts`))
  const holders = product.filter((file) => /from '@aws-sdk\/(client-dynamodb|lib-dynamodb)'/.test(readFileSync(file, 'utf8')))
  expect(holders.filter((file) => !file.startsWith('shared/store/') && !file.startsWith('events/'))).toEqual([])
})

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

test('no two endpoints share a route or a name', () => {
  const routes = catalogue.map(({ contract }) => `${methodOf(contract)} ${pathOf(contract).replace(/\{\w+\}/g, '{}')}`)
  expect(new Set(routes).size).toBe(routes.length)
  expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length)
})
