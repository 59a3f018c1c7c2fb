import type { DynamoDBRecord } from 'aws-lambda'

export type OnRecords = (records: DynamoDBRecord[], shardId?: string) => Promise<void>

/**
 * Reads a table's stream from the consumer's checkpoint on. The records of a batch are done with when `onBatch` resolves;
 * when it rejects they are handed over again.
 */
export type ReadStream = (options: { tableStreamArn: string; consumer: string; batchSize: number; onBatch: OnRecords }) => {
  stop(): Promise<void>
}

export interface EventSource {
  /** Batches under way. */
  pending(): number
  close(): Promise<void>
}
