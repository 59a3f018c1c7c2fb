import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, startEngine } from '../../local/dynamodb/engine.ts'

declare global {
  var engineUnderTest: Engine | undefined
}

/**
 * One DynamoDB Local for the run: every workbench makes a table of its own in it. Nobody waits for it here; whoever needs it does, while
 * the other files go on. And one folder, for what the run synthesizes (`infra/test-product.ts`).
 */
export default async function setup() {
  globalThis.engineUnderTest = await startEngine({ dataDir: undefined, port: 0, log: (_part, line) => console.error(line) })
  process.env.TESSERA_TEST_DYNAMODB = String(globalThis.engineUnderTest.port)
  process.env.TESSERA_TEST_PRODUCTS = mkdtempSync(join(tmpdir(), 'tessera-products-'))
}
