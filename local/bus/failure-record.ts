import { randomUUID } from 'node:crypto'
import type { DynamoDBRecord } from 'aws-lambda'
import type { Mapping } from './mapping.ts'

/** What Lambda sends to the failure destination of a stream: where the records stand, not the records themselves. */
export function failureRecord(failed: {
  mapping: Mapping
  records: DynamoDBRecord[]
  shardId: string | undefined
  now: number
  condition: string
  attempts: number
  functionError: string
}) {
  const { mapping, records, now } = failed
  const first = records[0]?.dynamodb
  const last = records.at(-1)?.dynamodb
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: mapping.functionArn,
      condition: failed.condition,
      approximateInvokeCount: failed.attempts,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: failed.functionError },
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      ...(failed.shardId === undefined ? {} : { shardId: failed.shardId }),
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last?.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn: mapping.sourceArn,
    },
  }
}

const arrival = (seconds: number | undefined): string | undefined => {
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
