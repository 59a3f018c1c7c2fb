import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Step } from './stack.ts'
import type { Log } from './types.ts'

export interface Console {
  step: Step
  log: Log
  print(text: string): void
  /** From now on log lines are kept in the file too. */
  keepLogs(file: string): void
  close(): void
}

export interface Output {
  write(text: string): unknown
  isTTY?: boolean
}

/** A line that comes again and again is shown this rarely; the file has them all. */
const repeatMs = 10_000

/** What the person at the terminal sees: a tick with its time for each step, and the log lines of the parts. */
export function createConsole(output: Output, now: () => number = () => performance.now()): Console {
  const running = new Set<string>()
  let file: NodeJS.WritableStream | undefined
  const shownAt = new Map<string, number>()
  const waiting = () => [...running].at(-1)

  /** On a terminal the last line says what is under way, and is written over. */
  function line(text: string): void {
    const open = waiting()
    if (output.isTTY) output.write(`\r\x1b[K${text}\n${open ? `  … ${open}` : ''}`)
    else output.write(`${text}\n`)
  }

  return {
    print: (text) => line(text),
    log(part, text) {
      const time = new Date().toISOString()
      const entry = `[${part}] ${text}`
      file?.write(`${time} ${entry}\n`)
      const last = shownAt.get(entry) ?? Number.NEGATIVE_INFINITY
      if (now() - last < repeatMs) return
      shownAt.set(entry, now())
      line(entry)
    },
    keepLogs(path) {
      mkdirSync(dirname(path), { recursive: true })
      file = createWriteStream(path, { flags: 'a' })
    },
    close: () => file?.end(),
    async step(name, work) {
      const startedAt = now()
      running.add(name)
      if (output.isTTY) output.write(`\r\x1b[K  … ${waiting()}`)
      const mark = (sign: string) => {
        running.delete(name)
        line(`  ${sign} ${name.padEnd(44)} ${((now() - startedAt) / 1000).toFixed(1).padStart(5)} s`)
      }
      try {
        const result = await work()
        mark('✓')
        return result
      } catch (error) {
        mark('✗')
        throw error
      }
    },
  }
}
