import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { startTestPools } from '../test-pools.ts'
import { forwardTo } from './forward.ts'

const call = (origin: string) =>
  fetch(origin, { method: 'POST', headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUsers' }, body: '{"Limit":1}' })

test("a call of Cognito's own API reaches the front door unchanged, its signed Host header too", async () => {
  const front = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { host, 'x-amz-target': target } = request.headers
    response
      .writeHead(418, { 'x-seen': String(target) })
      .end(JSON.stringify({ host, method: request.method, body: Buffer.concat(chunks).toString() }))
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  const { port } = front.address() as AddressInfo
  const pools = await startTestPools({ forwardAws: forwardTo(() => `http://127.0.0.1:${port}`) })
  const answer = await call(pools.origin)
  expect(answer.status).toBe(418)
  expect(answer.headers.get('x-seen')).toBe('AWSCognitoIdentityProviderService.ListUsers')
  expect(await answer.json()).toEqual({ host: new URL(pools.origin).host, method: 'POST', body: '{"Limit":1}' })
  await new Promise((resolve) => {
    front.close(resolve)
    front.closeAllConnections()
  })
  expect((await call(pools.origin)).status).toBe(502)
  await pools.close()
})

test('without a front door there is no such thing', async () => {
  const pools = await startTestPools()
  expect((await call(pools.origin)).status).toBe(404)
  await pools.close()
})
