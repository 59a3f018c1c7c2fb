import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { readKeptJson } from './kept-state.ts'
import { Occupied } from './patience.ts'
import { isAlive, startOf } from './processes.ts'

/** All that the stack writes into its data folder, and so all that `--fresh` takes away. */
const contents = ['table', 'streams', 'swept.json', 'queues', 'mail', 'cognito', 'secrets', 's3', 'logs', 'stack.json']

const Port = z.number()

/** What `stack.json` in the data folder tells the demo, the tests and whoever else wants to reach the running stack. */
export const StackDescription = z.object({
  pid: z.number(),
  /** Tells the process from a later one with the same id, where the system can. */
  process: z.string().optional(),
  startedAt: z.string(),
  urls: z.object({ api: z.string(), login: z.string(), inbox: z.string(), aws: z.string(), dynamodb: z.string(), s3: z.string() }),
  ports: z.object({ api: Port, login: Port, inbox: Port, aws: Port, dynamodb: Port, s3: Port }),
  region: z.string(),
  /** The stack's own credentials, with which any AWS SDK may call the AWS endpoint. */
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string() }),
  /** Physical names by `<stack>/<logicalId>`. */
  resources: z.record(z.string(), z.string()),
})
export type StackDescription = z.output<typeof StackDescription>

/** Makes the folder, emptied of what an earlier stack left when a fresh start is wanted. Throws `Occupied` when a running stack uses it. */
export function prepareDataFolder(dataDir: string, fresh: boolean): void {
  const running = fresh ? descriptionIfWhole(dataDir) : readDescription(dataDir)
  if (running && isRunning(running)) {
    throw new Occupied(
      `${dataDir} belongs to a stack that is running (process ${running.pid}, ${running.urls.api}). End it, or set TESSERA_DATA.`,
    )
  }
  if (fresh) for (const name of contents) rmSync(join(dataDir, name), { recursive: true, force: true })
  mkdirSync(dataDir, { recursive: true })
}

/** A process id is given to another program once the stack has died. */
function isRunning({ pid, process: kept }: StackDescription): boolean {
  if (pid === process.pid || !isAlive(pid)) return false
  const start = startOf(pid)
  return kept === undefined || start === undefined || start === kept
}

export function writeDescription(dataDir: string, description: StackDescription): void {
  writeFileSync(join(dataDir, 'stack.json'), `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 })
}

export function removeDescription(dataDir: string): void {
  rmSync(join(dataDir, 'stack.json'), { force: true })
}

export function readDescription(dataDir: string): StackDescription | undefined {
  return readKeptJson(join(dataDir, 'stack.json'), StackDescription)
}

/** Whoever begins anew does not mind that it is damaged. */
function descriptionIfWhole(dataDir: string): StackDescription | undefined {
  try {
    return readDescription(dataDir)
  } catch {
    return undefined
  }
}
