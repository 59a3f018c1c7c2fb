import { setTimeout } from 'node:timers/promises'
import { type DynamoDb, startDynamoDb } from '../../local/dynamodb/dynamodb.ts'
import type { Engine } from '../../local/dynamodb/engine.ts'
import { createLocalClient } from '../../local/dynamodb/local-client.ts'
import type { Deployment } from '../../local/types.ts'

/** The run's DynamoDB Local (`test/parts/start-table.ts`), of which only the table is ours to end. */
function shared(port: number, table: string): Engine {
  const end = async () => {
    const client = createLocalClient(port)
    await client.ask('DeleteTable', { TableName: table }).finally(() => client.close())
  }
  return {
    port,
    close: end,
    kill: end,
    // Whether it runs is the business of whoever started it; jest's own patience bounds this.
    async answering(question) {
      for (;;) {
        try {
          return void (await question())
        } catch {
          await setTimeout(50)
        }
      }
    },
  }
}

/** The deployment's table: in the run's DynamoDB Local, or in one of its own where none was started. */
export function openTable(deployment: Deployment, table: string): Promise<DynamoDb> {
  const port = Number(process.env.TESSERA_TEST_DYNAMODB)
  return startDynamoDb({ deployment, port: 0, log: () => undefined, ...(port ? { engine: shared(port, table) } : {}) })
}
