import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { decodeJwt } from 'jose'
import { readDescription } from '../../local/data-folder.ts'
import { type Key, recoveryRequestKey, sessionKey } from '../../shared/store/keys.ts'
import type { Someone } from './journey.ts'

/** What only time does: a journey cannot wait for it, so it is written into the table of the stack under test. */

const LONG_AGO = '2026-01-01T00:00:00.000Z'

export function runningStack() {
  const stack = readDescription(process.env.TESSERA_TEST_DATA ?? '')
  if (!stack) throw new Error('The stack under test has written no description.')
  return stack
}

async function set({ pk, sk }: Key, name: string, value: string): Promise<void> {
  const { region, credentials, urls, resources } = runningStack()
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region, credentials, endpoint: urls.aws }))
  const TableName = Object.entries(resources).find(([place]) => /-data\/Table[^/]*$/.test(place))?.[1]
  await client.send(
    new UpdateCommand({
      ...{ TableName, Key: { pk, sk }, UpdateExpression: 'SET #name = :value', ConditionExpression: 'attribute_exists(pk)' },
      ...{ ExpressionAttributeNames: { '#name': name }, ExpressionAttributeValues: { ':value': value } },
    }),
  )
}

/** The session of the person's tokens proved itself long ago. */
export const becomesStale = ({ userId, tokens }: Someone): Promise<void> =>
  set(sessionKey(userId, String(decodeJwt(tokens?.accessToken ?? '').origin_jti)), 'freshAt', LONG_AGO)

/** The hours that a recovery waits have passed. */
export const recoveryIsDue = ({ userId }: Someone): Promise<void> => set(recoveryRequestKey(userId), 'completesAt', LONG_AGO)
