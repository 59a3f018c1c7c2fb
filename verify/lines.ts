import { createReadStream, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'

const isPart = (name: string) => /\.jsonl(\.gz)?$/.test(name)

/** The files of an export: itself, or what lies in its folder, in the order of the names. */
function partsOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  const parts = readdirSync(path).filter(isPart).toSorted()
  if (parts.length === 0) throw new Error(`${path} holds no export: there is no file that ends with .jsonl or .jsonl.gz.`)
  return parts.map((name) => join(path, name))
}

/** The lines of an export, one after the other: it may be larger than the memory. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  for (const part of partsOf(path)) {
    const bytes = createReadStream(part)
    for await (const line of createInterface({ input: part.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes }))
      if (line !== '') yield line
  }
}
