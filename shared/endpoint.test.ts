import { expect, test } from '@jest/globals'
import { endpoint, isPublic, isSelfCare, methodOf, pathOf } from './endpoint.ts'

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
