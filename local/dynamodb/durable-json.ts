import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A small value that survives kill -9: written whole beside its file, then renamed over it. Without a path it lives in memory. */
export interface DurableJson<T> {
  read(): T
  write(value: T): void
}

export function durableJson<T>(path: string | undefined, initial: T): DurableJson<T> {
  let value = path === undefined ? initial : load(path, initial)
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

function load<T>(path: string, initial: T): T {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return initial
    throw new Error(`cannot read ${path}: ${(error as Error).message}`)
  }
}
