import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb'

/** The anchor: a handler of nothing but the SDK that reads one item, as the SDK's documentation writes it. */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}))

export const handler = async () => {
  const { Item } = await table.send(
    new GetCommand({ TableName: process.env.TESSERA_TABLE, Key: { pk: 'A', sk: 'A' }, ConsistentRead: true }),
  )
  return { statusCode: Item ? 200 : 404, body: JSON.stringify(Item ?? {}) }
}
