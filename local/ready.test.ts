import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { untilReady } from './ready.ts'

let server: Server
afterEach(() => new Promise((resolve) => server.close(resolve)))

/** A server that gives each of these in turn, and the last again and again. */
async function serving(...answers: RequestListener[]): Promise<string> {
  let asked = 0
  server = createServer((request, response) => answers[Math.min(asked++, answers.length - 1)]?.(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const drops: RequestListener = (request) => request.socket.destroy()
const answers =
  (status: number, text = ''): RequestListener =>
  (_, response) =>
    response.writeHead(status, { connection: 'close' }).end(text)

test('a connection that fails and an answer that is not 200 yet are asked again', async () => {
  await untilReady(await serving(drops, answers(503), answers(200)), 60_000)
})

test('when the time is over, the last answer is told', async () => {
  const url = await serving(answers(503, 'no table'))
  await expect(untilReady(url, -1)).rejects.toThrow(`${url} keeps answering 503: no table`)
})

test('when the time is over and there never was a connection, that is told', async () => {
  const url = await serving(drops)
  await expect(untilReady(url, -1)).rejects.toThrow(`${url} keeps answering nothing: `)
})
