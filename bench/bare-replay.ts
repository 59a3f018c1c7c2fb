import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchGetCommand, DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { nativeCommands } from './native-commands.ts'

/** The anchor of warm calls: a handler of nothing but the SDK that sends the commands which another was seen to send, and answers with an item. */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } })
const commands = nativeCommands(process.env.BENCH_COMMANDS ?? '[]')

export const handler = async (event: { body?: string }) => {
  const body = JSON.parse(event.body ?? '{}')
  let item: unknown
  for (const { operation, input } of commands) {
    if (operation === 'TransactWriteItems') await table.send(new TransactWriteCommand(input as never))
    else item = Object.values((await table.send(new BatchGetCommand(input as never))).Responses ?? {})[0]?.at(-1)
  }
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...body, item }) }
}
