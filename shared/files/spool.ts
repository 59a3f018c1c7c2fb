import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { newId } from '../ids.ts'

export interface Spooled {
  bytes: number
  /** SHA-256, in hexadecimal. */
  hash: string
  open(): Readable
}

/** Runs the work with the stream laid down on disk, for S3 must be told length and hash ahead. Lambda has room for 512 MB there. */
export async function spooled<T>(stream: Readable, work: (spool: Spooled) => Promise<T>): Promise<T> {
  const path = join(tmpdir(), newId('fil'))
  const hash = createHash('sha256')
  let bytes = 0
  async function* counted(source: AsyncIterable<string | Uint8Array>) {
    for await (const chunk of source) {
      const data = Buffer.from(chunk)
      hash.update(data)
      bytes += data.length
      yield data
    }
  }
  try {
    await pipeline(stream, counted, createWriteStream(path, { mode: 0o600 }))
    return await work({ bytes, hash: hash.digest('hex'), open: () => createReadStream(path) })
  } finally {
    await rm(path, { force: true })
  }
}
