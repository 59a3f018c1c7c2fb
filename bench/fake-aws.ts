import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const credentials =
  '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>K</AccessKeyId><SecretAccessKey>S</SecretAccessKey>' +
  '<SessionToken>T</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>'

const answers: [service: string, type: string, body: string][] = [
  ['DynamoDB', 'application/x-amz-json-1.0', '{"Responses":{}}'],
  ['secretsmanager', 'application/x-amz-json-1.1', JSON.stringify({ SecretString: 'K'.repeat(64) })],
]

/**
 * AWS as a start needs it to get an answer at once: credentials for every role, the keyring, and a table that holds nothing. So a request goes its
 * whole way to the first decision, and what is measured is the function alone.
 */
export async function startFakeAws(): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const target = String(request.headers['x-amz-target'])
      const [type, body] = answers.find(([service]) => target.startsWith(service))?.slice(1) ?? ['text/xml', credentials]
      response.writeHead(200, { 'content-type': type }).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
