import type { DynamoDBRecord } from 'aws-lambda'
import type { Item } from './expressions.ts'
import type { Table } from './tables.ts'
import type { TimeToLive } from './time-to-live.ts'

/** A record as Lambda's event source mapping hands it to a function, under the template's stream ARN. */
export function lambdaRecord(record: DynamoDBRecord, table: Table, region: string, timeToLive: TimeToLive): DynamoDBRecord {
  const { Keys: keys = {}, OldImage: oldImage } = record.dynamodb ?? {}
  const expired = record.eventName === 'REMOVE' && timeToLive.swept(table, keys as Item, oldImage as Item | undefined)
  return {
    ...record,
    awsRegion: region,
    eventSourceARN: table.streamArn,
    ...(expired && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  }
}
