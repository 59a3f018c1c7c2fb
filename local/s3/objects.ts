import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, globSync, mkdirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'
import { writeWhole } from '../cognito/records.ts'
import { readKeptJson } from '../kept-state.ts'

const StoredObject = z.object({
  bytes: z.number(),
  /** With its quotation marks: the MD5 of the content. */
  etag: z.string(),
  type: z.string(),
  /** Epoch milliseconds, of whole seconds. */
  storedAt: z.number(),
  /** Its content, beside its record. */
  file: z.string(),
})
export type StoredObject = z.output<typeof StoredObject>

/** The objects of all buckets on disk: for each a record, and the content that it names. */
export interface Objects {
  put(bucket: string, key: string, body: AsyncIterable<Buffer>, type: string): Promise<StoredObject>
  find(bucket: string, key: string): StoredObject | undefined
  /** From byte to byte, both included. */
  read(bucket: string, object: StoredObject, from: number, to: number): NodeJS.ReadableStream
  remove(bucket: string, key: string): void
}

export function openObjects(dataDir: string, now: () => number): Objects {
  const recordOf = (bucket: string, key: string) => join(dataDir, bucket, `${createHash('sha256').update(key).digest('hex')}.json`)
  // One that is damaged is to be known at the start, not at the first question.
  for (const record of globSync('*/*.json', { cwd: dataDir })) readKeptJson(join(dataDir, record), StoredObject)
  const find = (bucket: string, key: string) => readKeptJson(recordOf(bucket, key), StoredObject)
  const removeContent = (bucket: string, object: StoredObject | undefined) =>
    object && rmSync(join(dataDir, bucket, object.file), { force: true })
  return {
    find,
    async put(bucket, key, body, type) {
      mkdirSync(join(dataDir, bucket), { recursive: true, mode: 0o700 })
      const file = randomUUID()
      const { bytes, md5 } = await written(join(dataDir, bucket, file), body)
      const before = find(bucket, key)
      const object = { bytes, etag: `"${md5}"`, type, storedAt: Math.floor(now() / 1000) * 1000, file, key }
      // Once the record names the new content, the object is the new one; whatever happens before, it is the old one.
      writeWhole(recordOf(bucket, key), JSON.stringify(object))
      removeContent(bucket, before)
      return object
    },
    read: (bucket, { file }, from, to) => createReadStream(join(dataDir, bucket, file), { start: from, end: to }),
    remove(bucket, key) {
      const object = find(bucket, key)
      rmSync(recordOf(bucket, key), { force: true })
      removeContent(bucket, object)
    },
  }
}

/** Nothing is left of a body that breaks off, or is refused while it is read. */
async function written(path: string, body: AsyncIterable<Buffer>): Promise<{ bytes: number; md5: string }> {
  const hash = createHash('md5')
  let bytes = 0
  async function* counted(source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  // Opened before anything is read: a stream that is ended while it opens its file makes it after it was removed.
  const file = await open(path, 'w', 0o600)
  try {
    await pipeline(body, counted, file.createWriteStream())
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
  return { bytes, md5: hash.digest('hex') }
}
