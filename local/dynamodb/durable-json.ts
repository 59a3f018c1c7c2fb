import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type * as z from 'zod'
import { readKeptJson } from '../kept-state.ts'

/** A small value that survives kill -9: written whole beside its file, then renamed over it. Without a path it lives in memory. */
export interface DurableJson<T> {
  read(): T
  write(value: T): void
}

export function durableJson<T>(path: string | undefined, schema: z.ZodType<T>, initial: T): DurableJson<T> {
  let value = (path === undefined ? undefined : readKeptJson(path, schema)) ?? initial
  return {
    read: () => value,
    write(next) {
      value = next
      if (path === undefined) return
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(`${path}.new`, JSON.stringify(next))
      renameSync(`${path}.new`, path)
    },
  }
}
