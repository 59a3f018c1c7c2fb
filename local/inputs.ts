import { createHash } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

/** What something was made of, so that it is made again only when that has changed. */
export interface Inputs {
  /** Was it made of the same as it would be now? `key` stands for what comes from no file. */
  isCurrent(record: string, key: string): boolean
  /** Remembers what it was made of; not if a file was changed since the making began, which may have seen either content. */
  remember(record: string, made: { key: string; files: readonly string[]; begunAt: number }): void
}

const Kept = z.object({ key: z.string(), files: z.record(z.string(), z.string()) })

/** Hashes each file of the root once, for all that is made of it. */
export function openInputs(root: string): Inputs {
  const seen = new Map<string, { stamp: string; hash: string }>()
  const hashOf = (file: string): string => {
    const stat = statSync(join(root, file), { throwIfNoEntry: false })
    const stamp = `${stat?.mtimeMs} ${stat?.size} ${stat?.ino}`
    const known = seen.get(file)
    if (known?.stamp === stamp) return known.hash
    const hash = stat
      ? createHash('sha256')
          .update(readFileSync(join(root, file)))
          .digest('base64')
      : 'absent'
    seen.set(file, { stamp, hash })
    return hash
  }
  return {
    isCurrent(record, key) {
      const kept = keptIn(record)
      return kept?.key === key && Object.entries(kept.files).every(([file, hash]) => hashOf(file) === hash)
    },
    remember(record, { key, files, begunAt }) {
      const changedMeanwhile = files.some((file) => (statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0) >= begunAt)
      if (changedMeanwhile) return
      writeFileSync(record, JSON.stringify({ key, files: Object.fromEntries(files.map((file) => [file, hashOf(file)])) }))
    },
  }
}

/** A record that is missing or damaged costs making the thing again, nothing more. */
function keptIn(record: string): z.output<typeof Kept> | undefined {
  try {
    return Kept.safeParse(JSON.parse(readFileSync(record, 'utf8'))).data
  } catch {
    return undefined
  }
}
