import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as z from 'zod'
import { readKeptJson } from '../kept-state.ts'

/** A folder of JSON files, one a record, so that a change costs one small write however many records there are. */
export interface Records<T> {
  all(): T[]
  write(key: string, record: T): void
  remove(key: string): void
}

/** Opens the folder, making it when new; only its owner may read it. */
export function openRecords<T>(folder: string, schema: z.ZodType<T>): Records<T> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const fileOf = (key: string) => join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.json`)
  return {
    all: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => readKeptJson(join(folder, name), schema) ?? []),
    write: (key, record) => writeWhole(fileOf(key), JSON.stringify(record)),
    remove: (key) => rmSync(fileOf(key), { force: true }),
  }
}

/** Writes beside the file and renames over it: a process killed at any moment leaves the old content or the new, never a half. */
export function writeWhole(file: string, content: string): void {
  const draft = `${file}.draft`
  writeFileSync(draft, content, { mode: 0o600 })
  renameSync(draft, file)
}
