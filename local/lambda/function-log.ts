import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../types.ts'

export interface FunctionLog {
  write(stream: 'stdout' | 'stderr', text: string): void
  close(): Promise<void>
}

/** Keeps what a function prints in `<directory>/<function>.log`, and says its errors in one short line each. */
export function openFunctionLog(functionName: string, directory: string, log: Log): FunctionLog {
  mkdirSync(directory, { recursive: true })
  const file = createWriteStream(join(directory, `${functionName}.log`), { flags: 'a' })
  const unfinished = { stdout: '', stderr: '' }
  const keep = (stream: 'stdout' | 'stderr', line: string) => {
    if (line.trim() === '') return
    file.write(`${line}\n`)
    const trouble = troubleIn(stream, line)
    if (trouble) log('lambda', `${functionName}: ${trouble.slice(0, 300)}`)
  }
  return {
    write(stream, text) {
      const lines = (unfinished[stream] + text).split('\n')
      unfinished[stream] = lines.pop() ?? ''
      for (const line of lines) keep(stream, line)
    },
    async close() {
      for (const stream of ['stdout', 'stderr'] as const) keep(stream, unfinished[stream])
      await new Promise<void>((resolve) => file.end(resolve))
    },
  }
}

/** The message of a log line of level ERROR or above, or the line itself where stderr holds no JSON. */
export function troubleIn(stream: 'stdout' | 'stderr', line: string): string | undefined {
  try {
    const { level, message, error } = JSON.parse(line) as { level?: string; message?: unknown; error?: { message?: string } }
    if (!['ERROR', 'CRITICAL', 'FATAL'].includes(String(level).toUpperCase())) return undefined
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    return error?.message && !text.includes(error.message) ? `${text}: ${error.message}` : text
  } catch {
    return stream === 'stderr' ? line : undefined
  }
}
