import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Command } from './fake-aws.ts'

/** Parts of a command's input that hold an item in DynamoDB's notation. */
const ITEMS = new Set(['Item', 'Key', 'ExpressionAttributeValues'])

/** The inputs of commands as a program writes them, from the JSON in which they were sent. */
export const nativeCommands = (json: string): { operation: string; input: object }[] =>
  (JSON.parse(json) as Command[]).map(({ operation, body }) => ({
    operation,
    input: JSON.parse(body, (name, value) => {
      if (name === 'B') return Buffer.from(value, 'base64')
      if (name === 'Keys') return value.map((key: never) => unmarshall(key))
      return ITEMS.has(name) ? unmarshall(value) : value
    }),
  }))
