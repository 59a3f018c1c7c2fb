import { describe, expect, test } from '@jest/globals'
import { matchRoute, parseRouteKey } from './routes.ts'

const routesOf = (...keys: string[]) => keys.map(parseRouteKey)

// The example of "Create routes for HTTP APIs", section "Routing API requests", and the cases its rules imply.
const documented = routesOf('ANY /{proxy+}', '$default', 'GET /pets/{proxy+}', 'GET /pets/dog/{id}', 'GET /pets/dog/1')
const further = routesOf('GET /users', 'ANY /users', 'POST /users/{id}/lock', 'GET /users/{id}', 'GET /users/me', 'ANY /files/{path+}')

const cases: [routes: typeof documented, request: string, key: string | undefined, parameters: object][] = [
  [documented, 'GET /pets/dog/1', 'GET /pets/dog/1', {}],
  [documented, 'GET /pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
  [documented, 'GET /pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
  [documented, 'POST /test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
  [documented, 'POST /pets/dog/1', 'ANY /{proxy+}', { proxy: 'pets/dog/1' }],
  [documented, 'GET /', '$default', {}],
  [further, 'GET /users', 'GET /users', {}],
  [further, 'DELETE /users', 'ANY /users', {}],
  [further, 'GET /users/me', 'GET /users/me', {}],
  [further, 'GET /users/7', 'GET /users/{id}', { id: '7' }],
  [further, 'POST /users/me/lock', 'POST /users/{id}/lock', { id: 'me' }],
  [further, 'GET /users/', undefined, {}],
  [further, 'GET /users/7/', undefined, {}],
  [further, 'POST /users/7', undefined, {}],
  [further, 'PUT /files/a/b c/d', 'ANY /files/{path+}', { path: 'a/b c/d' }],
  [further, 'GET /files', undefined, {}],
  [further, 'GET /Users', undefined, {}],
]

describe('the most specific route takes the request', () => {
  test.each(cases)('%#: %j', (routes, request, key, parameters) => {
    const [method = '', path = ''] = [request.slice(0, request.indexOf(' ')), request.slice(request.indexOf(' ') + 1)]
    for (const order of [routes, routes.toReversed()]) {
      const match = matchRoute(order, method, path)
      expect(match?.route.key).toBe(key)
      expect(match?.pathParameters ?? {}).toEqual(parameters)
    }
  })
})
