import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb'
import { Hono } from 'hono'
import { handle } from 'hono/aws-lambda'

/** The same answer as the bare handler's, by Hono. */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}))

const app = new Hono().get('/api/v1/users/:id', async (context) => {
  const Key = { pk: context.req.param('id'), sk: 'A' }
  const { Item } = await table.send(new GetCommand({ TableName: process.env.TESSERA_TABLE, Key, ConsistentRead: true }))
  return Item ? context.json(Item) : context.json({}, 404)
})

export const handler = handle(app)
