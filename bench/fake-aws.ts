import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const credentials =
  '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>K</AccessKeyId><SecretAccessKey>S</SecretAccessKey>' +
  '<SessionToken>T</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>'

/**
 * AWS as a start needs it to get an answer at once: credentials for every role, and a table that holds nothing. So a request goes its
 * whole way to the first decision, and what is measured is the function alone.
 */
export async function startFakeAws(): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const isTable = String(request.headers['x-amz-target']).startsWith('DynamoDB')
      response.writeHead(200, { 'content-type': isTable ? 'application/x-amz-json-1.0' : 'text/xml' })
      response.end(isTable ? '{"Responses":{}}' : credentials)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
