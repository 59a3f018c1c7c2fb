import type { AwsReply, AwsRequest, AwsService, Deployment } from '../types.ts'
import { AwsError } from '../types.ts'
import type { LocalClient, RawReply } from './local-client.ts'
import { type Catalogue, needsOf } from './needs.ts'
import { withCapacity } from './reply-capacity.ts'
import type { Table } from './tables.ts'

interface Options {
  client: LocalClient
  tables: Table[]
  /** DynamoDB Local's own ARNs by those of the template, streams before tables. */
  localArns: Map<string, string>
  deployment: Deployment
  /** Called after every write that succeeded. */
  written(): void
}

const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']
/** Operations whose requests or replies carry ARNs; those of items never do, and stay as they are. */
const withArns = ['DescribeTable', 'ListStreams', 'DescribeStream', 'GetShardIterator', 'GetRecords']

/** DynamoDB and its streams: says what a request needs, and lets DynamoDB Local answer it. */
export function dynamoDbService(options: Options): AwsService {
  const { client, tables, deployment } = options
  const table = (name: string) => tables.find((each) => each.name === name || each.arn === name)
  const prefix = `arn:aws:dynamodb:${deployment.region}:${deployment.account}:table/`
  const catalogue: Catalogue = { table, arn: (name) => table(name)?.arn ?? (String(name).startsWith('arn:') ? name : `${prefix}${name}`) }
  return {
    name: 'dynamodb',
    needs: (request) => needsOf(request, catalogue),
    async handle(request) {
      if (request.operation === 'DescribeTimeToLive') return describeTimeToLive(table(String(request.input.TableName)))
      const { status, body } = await withCapacity(client, request, table, () => forward(options, request))
      if (status === 200 && writes.includes(request.operation)) options.written()
      return json(status, body)
    },
  }
}

async function forward({ client, localArns, deployment }: Options, request: AwsRequest): Promise<RawReply> {
  const target = request.headers['x-amz-target'] ?? ''
  if (!withArns.includes(request.operation)) return client.forward(target, request.body)
  const pairs = [...localArns]
  const asked = pairs.reduce((text, [own, local]) => text.replaceAll(own, local), request.body.toString())
  const reply = await client.forward(target, asked)
  const answered = pairs.reduce((text, [own, local]) => text.replaceAll(local, own), reply.body.toString())
  return { status: reply.status, body: Buffer.from(answered.replaceAll('"awsRegion":"ddblocal"', `"awsRegion":"${deployment.region}"`)) }
}

/** The sweeper does this work here, so DynamoDB Local is not told of it. */
function describeTimeToLive(table: Table | undefined): AwsReply {
  if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found')
  const { ttlAttribute } = table
  const description = { TimeToLiveStatus: ttlAttribute ? 'ENABLED' : 'DISABLED', ...(ttlAttribute && { AttributeName: ttlAttribute }) }
  return json(200, Buffer.from(JSON.stringify({ TimeToLiveDescription: description })))
}

function json(status: number, body: Buffer): AwsReply {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body }
}
