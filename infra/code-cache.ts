import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CACHE_BYTES } from './size-budget.ts'

/** What Lambda runs the functions on (`function.ts`). */
const LAMBDA = 'linux-arm64'
const HERE = `${process.platform}-${process.arch}`

/** Is a cache made here of use there? Its version of Node can only be hoped for: the function looks at each start. */
export const canCache = (here: string = HERE) => here === LAMBDA

/** For who synthesizes. */
export const sayCache = (here: string = HERE) =>
  canCache(here)
    ? `V8 code cache: made with Node ${process.version} on ${here}; functions use it wherever Lambda runs this very version.`
    : `V8 code cache: none, for this machine is ${here} and functions run on ${LAMBDA}. They compile at each start.`

const FLAGS = ['--disable-warning=ExperimentalWarning', '--expose-gc']

const WRAPPER = ['(function (exports, require, module, __filename, __dirname) {', '})']

function wrap(folder: string): void {
  const [head, tail] = WRAPPER
  writeFileSync(join(folder, 'code.js'), `${head}\n${readFileSync(join(folder, 'index.js'), 'utf8')}\n${tail}`)
  copyFileSync(join(import.meta.dirname, 'cached-entry.cjs'), join(folder, 'index.js'))
}

/**
 * Lays a V8 code cache beside the `index.js` of each folder, for the Node that runs this. What a function exports, and what its stacks say,
 * stays as it was. Throws when code cannot be loaded, or when a cache outgrows its budget.
 */
export async function addCodeCaches(folders: readonly string[]): Promise<void> {
  folders.forEach(wrap)
  await promisify(execFile)(process.execPath, [...FLAGS, join(import.meta.dirname, 'write-code-caches.ts'), ...folders], { env: {} })
  const tooLarge = folders.filter((folder) => statSync(join(folder, `${process.version}-${HERE}.cache`)).size > CACHE_BYTES)
  if (tooLarge.length > 0) throw new Error(`The V8 code cache has more than ${CACHE_BYTES} bytes in: ${tooLarge.join(', ')}`)
}

/**
 * What a folder of code is told apart by. V8 writes the same cache in ever other bytes: only that it is there counts, so that a deployment
 * changes no function whose code stayed.
 */
export function hashOf(folder: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).toSorted())
    hash.update(`${name}\n`).update(name.endsWith('.cache') ? '' : readFileSync(join(folder, name)))
  return hash.digest('hex')
}
