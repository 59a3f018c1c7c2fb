import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { callAws } from './aws-call.ts'

const SILENT = -1
const before = { ...process.env }
const seen: { headers: Record<string, unknown>; body: string }[] = []
let answers: [status: number, body: string, headers?: Record<string, string>][] = []
let server: Server

beforeAll(async () => {
  server = createServer(async (request, response) => {
    seen.push({ headers: request.headers, body: (await request.toArray()).join('') })
    const [status, body, headers = {}] = answers.shift() ?? [200, 'fine']
    if (status === 0) return request.socket.destroy()
    if (status === SILENT) return
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
  })
})
afterAll(() => {
  process.env = before
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  seen.length = 0
  answers = []
})

const call = () => callAws({ service: 'sts', headers: { 'content-type': 'text/plain' }, body: 'Action=Test' })
const xml = (code: string) => `<ErrorResponse><Error><Code>${code}</Code><Message>because</Message></Error></ErrorResponse>`

test('a call goes to the endpoint of its service, signed with the function’s own credentials', async () => {
  expect(await call()).toBe('fine')
  expect(seen).toMatchObject([{ body: 'Action=Test', headers: { 'x-amz-security-token': 'token', 'content-type': 'text/plain' } }])
  expect(seen[0]?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/sts\/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$/,
  )
})

test.each<[string, [number, string]]>([
  ['the service is down', [503, '']],
  ['the service asks for patience', [400, xml('Throttling')]],
  ['the connection breaks', [0, '']],
])('when %s, the call is made again, three times in all', async (_, answer) => {
  answers = [answer, answer]
  expect(await call()).toBe('fine')
  answers = [answer, answer, answer]
  await expect(call()).rejects.toMatchObject({ $retryable: {} })
  expect(seen).toHaveLength(6)
})

test('who says so is answered in the first try or not at all', async () => {
  process.env.AWS_MAX_ATTEMPTS = '1'
  answers = [[503, '']]
  await expect(call()).rejects.toMatchObject({ $retryable: {} })
  delete process.env.AWS_MAX_ATTEMPTS
  expect(seen).toHaveLength(1)
})

test('a call that takes no credentials is sent without them', async () => {
  await callAws({ service: 'sts', unsigned: true, headers: { 'content-type': 'text/plain' }, body: 'Action=Test' })
  expect(Object.keys(seen[0]?.headers ?? {}).filter((name) => name === 'authorization' || name.startsWith('x-amz-'))).toEqual([])
})

test('a call that is not answered in its time is given up', async () => {
  process.env.AWS_MAX_ATTEMPTS = '1'
  answers = [[SILENT, '']]
  await expect(callAws({ service: 'sts', silenceMs: 20, headers: {}, body: '' })).rejects.toMatchObject({ $retryable: {} })
  delete process.env.AWS_MAX_ATTEMPTS
})

test.each([
  ['XML', xml('AccessDenied'), 'AccessDenied', 'because'],
  ['JSON', '{"__type":"com.amazonaws#AccessDenied","Message":"because"}', 'AccessDenied', 'because'],
  ['neither', 'no', 'HTTP 403', 'AWS answered with status 403.'],
])('a refusal in %s is told by its name and words, and not tried again', async (_, body, name, message) => {
  answers = [[403, body]]
  await expect(call()).rejects.toMatchObject({ name, message, $retryable: undefined })
  expect(seen).toHaveLength(1)
})

test('a refusal that a header names, as of SES, is told by that name', async () => {
  answers = [[400, '{"message":"because"}', { 'x-amzn-errortype': 'MessageRejected:http://internal.amazon.com/coral/' }]]
  await expect(call()).rejects.toMatchObject({ name: 'MessageRejected', message: 'because', $retryable: undefined })
})

test('what AWS says of a refusal in JSON comes whole', async () => {
  answers = [[400, '{"__type":"com.amazonaws#Refused","message":"because","Item":{"pk":{"S":"A"}}}']]
  await expect(call()).rejects.toMatchObject({ name: 'Refused', message: 'because', details: { Item: { pk: { S: 'A' } } } })
})

test('a connection serves the calls after one another', async () => {
  const ports = new Set<number | undefined>()
  const note = ({ socket }: { socket: { remotePort?: number } }) => ports.add(socket.remotePort)
  server.on('request', note)
  for (const _ of [1, 2, 3]) await call()
  server.off('request', note)
  expect(ports.size).toBe(1)
})

test('a function without credentials is told which variable is missing', async () => {
  delete process.env.AWS_ACCESS_KEY_ID
  await expect(call()).rejects.toThrow('AWS_ACCESS_KEY_ID is missing')
  process.env.AWS_ACCESS_KEY_ID = 'AKID'
})
