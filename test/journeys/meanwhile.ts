import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { decodeJwt } from 'jose'
import { closingDue } from '../../events/organizations.ts'
import { accesses, grant } from '../../functions/technicians/technician-access.ts'
import { readDescription } from '../../local/data-folder.ts'
import { due } from '../../shared/due/due.ts'
import { newId } from '../../shared/ids.ts'
import { start } from '../../shared/jobs/job.ts'
import { jobs } from '../../shared/jobs/job-store.ts'
import { type Key, organizationKey, recoveryRequestKey, sessionKey } from '../../shared/store/keys.ts'
import { toItem } from '../../shared/store/stored-item.ts'
import type { Someone } from './journey.ts'

/** What only time does: a journey cannot wait for it, so it is written into the table of the stack under test. */

const LONG_AGO = '2026-01-01T00:00:00.000Z'

export function runningStack() {
  const stack = readDescription(process.env.TESSERA_TEST_DATA ?? '')
  if (!stack) throw new Error('The stack under test has written no description.')
  return stack
}

/** With every right to it, as an insider may have. */
export function table() {
  const { region, credentials, urls, resources } = runningStack()
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region, credentials, endpoint: urls.aws }))
  return { client, TableName: Object.entries(resources).find(([place]) => /-data\/Table[^/]*$/.test(place))?.[1] }
}

async function set({ pk, sk }: Key, name: string, value: string): Promise<void> {
  const { client, TableName } = table()
  await client.send(
    new UpdateCommand({
      TableName,
      Key: { pk, sk },
      UpdateExpression: 'SET #name = :value',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  )
}

/** The session of the person's tokens proved itself long ago. */
export const becomesStale = ({ userId, tokens }: Someone): Promise<void> =>
  set(sessionKey(userId, String(decodeJwt(tokens?.accessToken ?? '').origin_jti)), 'freshAt', LONG_AGO)

/** The hours that a recovery waits have passed. */
export const recoveryIsDue = ({ userId }: Someone): Promise<void> => set(recoveryRequestKey(userId), 'completesAt', LONG_AGO)

/** The hours that a closing waits have passed. */
export async function closingIsDue(id: string, closesAt: string): Promise<void> {
  const { client, TableName: tableName = '' } = table()
  const metadata = { actorId: 'system', actorKind: 'system' as const, correlationId: 'journey', requestId: 'journey', source: 'journey' }
  const moved = due(closingDue, { at: LONG_AGO, ref: id, data: {}, insteadOf: closesAt })
  const parts = moved({ tableName, organizationId: id, now: LONG_AGO, metadata })
  await set(organizationKey(id), 'closesAt', LONG_AGO)
  await client.send(new TransactWriteCommand({ TransactItems: parts.map(({ item }) => item) }))
}

/** Long work of the person's, which no function does: it waits for as long as a journey looks at it. */
export async function hasJob({ userId: startedBy, organizationId }: Someone): Promise<string> {
  const { client, TableName } = table()
  const id = newId('job')
  const { after } = start({ id, organizationId, kind: 'journeys/wait', input: {}, startedBy, at: new Date().toISOString() })
  await client.send(new PutCommand({ TableName, Item: toItem(jobs, after) }))
  return id
}

/** A technician whom the person's organization let in, of a provider that nobody else hears of. */
export async function hasTechnician({ userId: by, organizationId }: Someone): Promise<string> {
  const { client, TableName } = table()
  const technician = { id: newId('usr'), firstName: 'Tess', lastName: 'Wright', email: 'tess@example.com' }
  const terms = { accessLevel: 'read' as const, allowedServices: ['units'] }
  const { after } = grant({ organizationId, technician, providerId: newId('org'), terms, by, at: new Date().toISOString() })
  await client.send(new PutCommand({ TableName, Item: toItem(accesses, after) }))
  return after.id
}
