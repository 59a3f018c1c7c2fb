import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { tableAnswer } from './fake-table.ts'

const credentials =
  '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>K</AccessKeyId><SecretAccessKey>S</SecretAccessKey>' +
  '<SessionToken>T</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>'

const secret = JSON.stringify({ SecretString: 'K'.repeat(64) })

function answer(service: string, operation: string, body: string): [type: string, body: string] {
  if (service === 'secretsmanager') return ['application/x-amz-json-1.1', secret]
  return service.startsWith('DynamoDB')
    ? ['application/x-amz-json-1.0', JSON.stringify(tableAnswer(operation, body))]
    : ['text/xml', credentials]
}

/** A command to the table, as it arrived. */
export interface Command {
  operation: string
  body: string
}

export interface FakeAws {
  url: string
  server: Server
  /** Gets every command to the table from now on. */
  listen(listener: (command: Command) => void): void
}

/**
 * AWS as a function needs it to answer at once: credentials for every role, the keyring, and a table in which everybody is an administrator.
 * So a request goes its whole way, and what is measured is the function alone.
 */
export async function startFakeAws(): Promise<FakeAws> {
  let heard: (command: Command) => void = () => undefined
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const [service = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
    if (service.startsWith('DynamoDB')) heard({ operation, body })
    const [type, reply] = answer(service, operation, body)
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(reply) }).end(reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    listen: (listener) => {
      heard = listener
    },
  }
}
