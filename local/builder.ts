import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as z from 'zod'
import { openInputs } from './inputs.ts'
import type { Log } from './types.ts'

/** Sees to it that the code in a function's folder is made of today's sources. */
export interface Builder {
  /** Starts its process ahead of the first work. */
  wake(): void
  /** Rejects with the compiler's words. */
  build(folder: string): Promise<void>
  /** In the background, when nobody waits for another: so errors are told early, and first calls are quick. */
  buildAll(folders: readonly string[]): Promise<void>
  close(): void
}

/** So many are bundled in one run: together each takes a fraction of its time alone, and whoever calls one waits for the run under way. */
const BATCH = 12
/** A bundle depends on these too. */
const TOOLS = ['bundle', 'lean-dependencies', 'pure-constants'].map((name) => `infra/${name}.ts`)
const LOCK = 'node_modules/.package-lock.json'

const Built = z.record(z.string(), z.union([z.object({ inputs: z.array(z.string()) }), z.object({ error: z.string() })]))

interface Wish {
  folder: string
  done: PromiseWithResolvers<void>
}

/** Asks `infra/builder.ts` for what is not up to date, in a process that starts when it is first needed. */
export function createBuilder({ root, log }: { root: string; log: Log }): Builder {
  const inputs = openInputs(root)
  const wishes = new Map<string, Wish>()
  let [now, later]: [Wish[], Wish[]] = [[], []]
  let child: ChildProcess | undefined
  let working = false
  let closed = false

  const recordOf = (folder: string) => join(folder, 'inputs.json')
  const recipeOf = (folder: string) => join(folder, 'function.json')
  const keyOf = (folder: string) => readFileSync(recipeOf(folder), 'utf8')
  const isCurrent = (folder: string) => existsSync(join(folder, 'index.js')) && inputs.isCurrent(recordOf(folder), keyOf(folder))
  /** A folder without a recipe holds code that was finished elsewhere. */
  const needsWork = (folder: string) => existsSync(recipeOf(folder)) && !isCurrent(folder)

  function wish(folder: string, queue: Wish[]): Promise<void> {
    const known = wishes.get(folder)
    if (known) {
      if (later.includes(known) && queue === now) now.push(known)
      return known.done.promise
    }
    const made: Wish = { folder, done: Promise.withResolvers() }
    made.done.promise.catch(() => {})
    wishes.set(folder, made)
    queue.push(made)
    void work()
    return made.done.promise
  }

  async function work(): Promise<void> {
    if (working) return
    working = true
    await Promise.resolve()
    while (now.length + later.length > 0 && !closed) {
      const chosen = new Set([...now, ...later].slice(0, BATCH))
      now = now.filter((each) => !chosen.has(each))
      later = later.filter((each) => !chosen.has(each))
      await fulfil([...chosen])
    }
    working = false
  }

  async function fulfil(chosen: Wish[]): Promise<void> {
    const stale = chosen.filter(({ folder }) => needsWork(folder))
    const begunAt = Date.now()
    const built = stale.length > 0 ? await order(stale.map(({ folder }) => folder)).catch((error: Error) => error) : {}
    for (const { folder, done } of chosen) {
      const result = built instanceof Error ? { error: built.message } : built[basename(folder)]
      if (result && 'error' in result) {
        // It is tried again at the next call: the source may have been mended.
        wishes.delete(folder)
        done.reject(new Error(result.error))
        continue
      }
      if (result) inputs.remember(recordOf(folder), { key: keyOf(folder), files: [...result.inputs, ...TOOLS, LOCK], begunAt })
      done.resolve()
    }
  }

  function wake(): ChildProcess {
    if (child) return child
    const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'infra/builder.ts')], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const forget = () => {
      if (child === started) child = undefined
    }
    started.once('exit', forget)
    started.once('error', forget)
    child = started
    return started
  }

  async function order(folders: string[]): Promise<z.output<typeof Built>> {
    for (const folder of folders) rmSync(recordOf(folder), { force: true })
    const running = wake()
    const [outdir = ''] = folders.map(dirname)
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('The builder ended unexpectedly.'))
      running.once('exit', ended)
      running.once('error', ended)
      running.once('message', (message) => {
        running.off('exit', ended)
        running.off('error', ended)
        resolve(Built.parse(message))
      })
      running.send({ outdir, names: folders.map((folder) => basename(folder)) })
    })
  }

  return {
    wake: () => void wake(),
    build: (folder) => wish(folder, now),
    async buildAll(folders) {
      const all = folders.map((folder) =>
        wish(folder, later).catch((error: Error) => {
          if (!closed) log('build', `${basename(folder)}: ${error.message}`)
        }),
      )
      await Promise.all(all)
    },
    close() {
      closed = true
      child?.kill()
    },
  }
}
