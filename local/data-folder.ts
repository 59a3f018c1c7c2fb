import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ports } from './types.ts'

/** All that the stack writes into its data folder, and so all that `--fresh` takes away. */
const contents = ['table', 'streams', 'swept.json', 'queues', 'mail', 'cognito', 'secrets', 's3', 'logs', 'stack.json']

/** What `stack.json` in the data folder tells the demo, the tests and whoever else wants to reach the running stack. */
export interface StackDescription {
  pid: number
  startedAt: string
  urls: { api: string; login: string; inbox: string; aws: string; dynamodb: string; s3: string }
  ports: Ports
  region: string
  /** The stack's own credentials, with which any AWS SDK may call the AWS endpoint. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string }
  /** Physical names by `<stack>/<logicalId>`. */
  resources: Record<string, string>
}

/** Makes the folder, emptied of what an earlier stack left when a fresh start is wanted. Throws when a running stack uses it. */
export function prepareDataFolder(dataDir: string, fresh: boolean): void {
  const running = readDescription(dataDir)
  if (running && running.pid !== process.pid && isAlive(running.pid)) {
    throw new Error(
      `${dataDir} belongs to a stack that is running (process ${running.pid}, ${running.urls.api}). End it, or set TESSERA_DATA.`,
    )
  }
  if (fresh) for (const name of contents) rmSync(join(dataDir, name), { recursive: true, force: true })
  mkdirSync(dataDir, { recursive: true })
}

export function writeDescription(dataDir: string, description: StackDescription): void {
  writeFileSync(join(dataDir, 'stack.json'), `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 })
}

export function removeDescription(dataDir: string): void {
  rmSync(join(dataDir, 'stack.json'), { force: true })
}

export function readDescription(dataDir: string): StackDescription | undefined {
  const file = join(dataDir, 'stack.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StackDescription) : undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
