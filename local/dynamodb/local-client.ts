import { Agent, request } from 'node:http'
import { AwsError } from '../types.ts'

export interface RawReply {
  status: number
  body: Buffer
}

/** Speaks to DynamoDB Local, which wants a signature but does not check it. */
export interface LocalClient {
  forward(target: string, body: Buffer | string): Promise<RawReply>
  /** For the stack's own calls; throws `AwsError`. `Streams.` before the operation names the streams API. */
  ask<T>(operation: string, input: unknown): Promise<T>
  close(): void
}

const authorization =
  'AWS4-HMAC-SHA256 Credential=localstack/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=00'

export function createLocalClient(port: number): LocalClient {
  // Shorter than Jetty's idle timeout, so that a connection is never reused in the moment it is closed.
  const agent = new Agent({ keepAlive: true, timeout: 10_000 })
  const forward = (target: string, body: Buffer | string) => post({ agent, port }, target, body)
  return {
    forward,
    async ask<T>(operation: string, input: unknown): Promise<T> {
      const target = operation.startsWith('Streams.') ? `DynamoDBStreams_20120810.${operation.slice(8)}` : `DynamoDB_20120810.${operation}`
      const { status, body } = await forward(target, JSON.stringify(input))
      const answer = JSON.parse(body.toString())
      if (status === 200) return answer as T
      throw new AwsError(String(answer.__type).split('#').at(-1) ?? '', answer.message ?? answer.Message ?? '', status)
    },
    close: () => agent.destroy(),
  }
}

function post(to: { agent: Agent; port: number }, target: string, body: Buffer | string): Promise<RawReply> {
  const headers = {
    authorization,
    'x-amz-date': '20200101T000000Z',
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': target,
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    const sent = request({ ...to, host: '127.0.0.1', method: 'POST', path: '/', headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 500, body: Buffer.concat(chunks) }))
    })
    sent.once('error', (error) => reject(new AwsError('InternalServerError', `DynamoDB Local does not answer: ${error.message}`, 500)))
    sent.end(body)
  })
}
