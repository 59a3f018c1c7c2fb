import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AwsError, type AwsReply, type AwsRequest, type AwsService, type Deployment, type Resource } from '../types.ts'

/** For tests: a deployment made of bare resources, whose `Arn` is the property given as `arn`. */
export function deploymentOf(resources: { type: string; id: string; arn?: string; ref?: string; properties?: object }[]): Deployment {
  const all: Resource[] = resources.map(({ type, id, ref, properties }) => {
    return { logicalId: id, stack: 'test', type, ref: ref ?? id, properties: { ...properties }, metadata: {} }
  })
  return {
    region: 'eu-central-1',
    account: '000000000000',
    resources: all,
    ofType: (type) => all.filter((resource) => resource.type === type),
    attribute: (resource) => resources.find(({ id }) => id === resource.logicalId)?.arn ?? '',
  }
}

export const queueArn = (name: string): string => `arn:aws:sqs:eu-central-1:000000000000:${name}`

export const queueResource = (name: string, properties: object = {}) => {
  return { type: 'AWS::SQS::Queue', id: name, arn: queueArn(name), ref: `http://localhost/000000000000/${name}`, properties }
}

/** For tests: serves the services to real SDK clients, without the front door's checks. */
export async function serveServices(services: AwsService[]): Promise<{ endpoint: string; close(): Promise<void> }> {
  const server = createServer(async (incoming, outgoing) => {
    const reply = await answer(services, await awsRequest(incoming))
    outgoing.writeHead(reply.status, reply.headers).end(reply.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(services: AwsService[], request: AwsRequest): Promise<AwsReply> {
  try {
    const service = services.find(({ name }) => name === request.service)
    if (!service) throw new AwsError('UnknownService', `no service ${request.service}`)
    service.needs(request)
    return await service.handle(request)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const body = JSON.stringify({ __type: error.code, message: error.message, ...error.details })
    return { status: error.status, headers: { 'x-amzn-errortype': error.code }, body }
  }
}

async function awsRequest(incoming: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const headers = incoming.headers as Record<string, string>
  const scope = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)/.exec(headers.authorization ?? '')
  return {
    service: scope?.[2] ?? '',
    operation: headers['x-amz-target']?.split('.').at(-1) ?? 'SendEmail',
    input: body.length > 0 ? JSON.parse(body.toString()) : {},
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers,
    body,
    caller: { roleArn: 'arn:aws:iam::000000000000:root', tags: {}, accessKeyId: scope?.[1] ?? '' },
  }
}

/** For tests: a clock that moves only when told. */
export function manualClock(start = Date.UTC(2026, 0, 1)): { now: () => number; forward(milliseconds: number): void } {
  let time = start
  return {
    now: () => time,
    forward(milliseconds) {
      time += milliseconds
    },
  }
}
