import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import type { Context } from './context.ts'
import { dueKind } from './due/due.ts'
import { endpoint } from './endpoint.ts'
import { problemType } from './errors.ts'
import { eventType } from './event.ts'
import * as manifest from './manifest.ts'
import { reaction } from './react.ts'
import { entity } from './store/entity.ts'
import { task } from './task.ts'

const lockUser = endpoint({ route: 'POST /api/v1/users/{id}/lock', summary: 'x', permission: 'users:update' })
const login = endpoint({ route: 'POST /api/v1/auth/login', summary: 'x', public: 'Signs in.' })
const locked = eventType('user.locked', { summary: 'x', data: z.object({}) })
const onLocked = reaction('user-admin/on-locked', { on: [locked], summary: 'x' })
const tidy = task('events/tidy', { summary: 'x', startedBy: { command: true } })
const User = z.object({})
const USER = entity({ name: 'USER' })
const LAST_ADMIN = problemType('LAST_ADMIN', 409, 'x')

const userAdmin: Context = {
  ring: 'people',
  contract: { lockUser, User, LIMIT: 5, nothing: undefined },
  events: { locked },
  problems: { LAST_ADMIN },
  reactions: [onLocked],
  tasks: [tidy],
  entities: [USER],
  ids: { usr: 'a user' },
  permissions: { 'users:update': 'Change users.' },
}
const identity: Context = { ring: 'people', contract: { login } }

describe('of all manifests together follows', () => {
  const contexts = { userAdmin, identity }

  test('every contract with its name, context, ring and file; schemas beside it are no contracts', () => {
    expect(manifest.endpointsOf(contexts)).toEqual([
      { name: 'lockUser', context: 'userAdmin', ring: 'people', file: 'functions/user-admin/lock-user.ts', contract: lockUser },
      { name: 'login', context: 'identity', ring: 'people', file: 'functions/identity/login.ts', contract: login },
    ])
    expect([...manifest.schemasOf(contexts)]).toEqual([['User', User]])
  })

  test('every event with its context, and every reaction and task with its file and name', () => {
    expect(manifest.eventsOf(contexts)).toEqual([{ context: 'userAdmin', type: locked }])
    const here = { context: 'userAdmin', ring: 'people' }
    expect(manifest.reactionsOf(contexts)).toEqual([
      { name: 'user-admin-on-locked', file: 'functions/user-admin/on-locked.ts', rule: onLocked, ...here },
    ])
    expect(manifest.tasksOf(contexts)).toEqual([{ name: 'tidy', file: 'events/tidy.ts', rule: tidy, ...here }])
  })

  test('every failure by its code: those of the kernel, and those of the contexts', () => {
    const problems = manifest.problemsOf(contexts)
    expect(problems.get('LAST_ADMIN')).toBe(LAST_ADMIN)
    expect(problems.get('NOT_FOUND')).toMatchObject({ code: 'NOT_FOUND', status: 404 })
  })

  test('what ids begin with, what permissions let do, and who keeps which entity', () => {
    expect([...manifest.idPrefixesOf(contexts)]).toEqual([['usr', 'a user']])
    expect([...manifest.permissionsOf(contexts)]).toEqual([['users:update', 'Change users.']])
    expect([...manifest.entitiesOf(contexts)]).toEqual([['USER', 'userAdmin']])
  })
})

describe('what a second context states under a name that is taken is refused, naming both', () => {
  const planted: [string, Partial<Context>, (contexts: Record<string, Context>) => unknown, RegExp][] = [
    ['an endpoint', { contract: { lockUser: login } }, manifest.endpointsOf, /endpoint lockUser .* userAdmin and by billing/],
    [
      'a route, whatever its parameter is called',
      { contract: { bar: { ...lockUser, route: 'POST /api/v1/users/{user}/lock' } } },
      manifest.endpointsOf,
      /route POST \/api\/v1\/users\/\{\}\/lock .* lockUser of userAdmin and by bar of billing/,
    ],
    ['a schema', { contract: { User: z.string() } }, manifest.schemasOf, /schema User .* userAdmin and by billing/],
    ['an event', { events: { other: { ...locked } } }, manifest.eventsOf, /event user\.locked /],
    ['a failure', { problems: { LAST_ADMIN: { ...LAST_ADMIN } } }, manifest.problemsOf, /problem LAST_ADMIN .* userAdmin and by billing/],
    [
      'a failure of the kernel',
      { problems: { NOT_FOUND: problemType('NOT_FOUND', 404, 'x') } },
      manifest.problemsOf,
      /problem NOT_FOUND .* the kernel and by billing/,
    ],
    [
      'a kind of what falls due, which is an event',
      { events: { other: dueKind('user.locked', { summary: 'x', data: z.object({}) }) } },
      manifest.eventsOf,
      /event user\.locked /,
    ],
    ['a reaction', { reactions: [{ ...onLocked }] }, manifest.reactionsOf, /reaction user-admin-on-locked /],
    ['a task', { tasks: [{ ...tidy }] }, manifest.tasksOf, /task tidy /],
    ['an entity', { entities: [entity({ name: 'USER' })] }, manifest.entitiesOf, /entity USER /],
    ['an id prefix', { ids: { usr: 'a usurer' } }, manifest.idPrefixesOf, /id prefix usr /],
    ['a permission', { permissions: { 'users:update': 'x' } }, manifest.permissionsOf, /permission users:update /],
  ]
  test.each(planted)('%s', (_, more, derive, message) => {
    const contexts = { userAdmin, billing: { ring: 'billing', contract: {}, ...more } }
    expect(() => derive(contexts)).toThrow(message)
  })

  test('but the same schema may be exported by both', () => {
    expect([...manifest.schemasOf({ userAdmin, billing: { ring: 'billing', contract: { User } } })]).toHaveLength(1)
  })
})
