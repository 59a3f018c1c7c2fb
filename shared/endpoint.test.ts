import { expect, test } from '@jest/globals'
import * as z from 'zod'
import { endpoint, isPublic, isSelfCare, methodOf, named, pathOf } from './endpoint.ts'

const login = endpoint({ route: 'POST /api/v1/auth/login', summary: 'x', public: 'Signs in.' })
const lockUser = endpoint({ route: 'POST /api/v1/users/{id}/lock', summary: 'x', permission: 'users:update' })

test('a route is its method and its path', () => {
  expect([methodOf(lockUser), pathOf(lockUser)]).toEqual(['POST', '/api/v1/users/{id}/lock'])
})

test('only /auth stays open without a second factor', () => {
  expect([login, lockUser].map(isSelfCare)).toEqual([true, false])
  expect(isSelfCare({ route: 'GET /api/v1/authors' })).toBe(false)
})

test('who says why may be called by everybody', () => {
  expect([login, lockUser].map(isPublic)).toEqual([true, false])
})

test('a contract gets its name, context and file from its place; schemas beside it are no contracts', () => {
  const contexts = { userAdmin: { lockUser, User: z.object({}), LIMIT: 5, nothing: undefined }, identity: { login } }
  expect(named(contexts)).toEqual([
    { name: 'lockUser', context: 'userAdmin', file: 'functions/user-admin/lock-user.ts', contract: lockUser },
    { name: 'login', context: 'identity', file: 'functions/identity/login.ts', contract: login },
  ])
})
