import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { AwsCall } from '../aws-call.ts'
import { config } from '../config.ts'
import { problem } from '../errors.ts'
import { newId } from '../ids.ts'
import { type Area, type FileNeeds, objectKey } from './areas.ts'
import { askS3, asProblem, bucketUrl, type FileCall, fileUrl, isAbsent, signing } from './bucket.ts'
import { attachment, nameInKey } from './file-name.ts'
import { presignedFields, presignedUrl, type Signing } from './presign.ts'
import { spooled } from './spool.ts'

export interface FileHead {
  bytes: number
  /** Its media type, as whoever stored it says. */
  type: string
  /** Another one, once the file has another content. */
  etag: string
  storedAt: string
}

export interface ReadOptions {
  /** First and last byte, counted from 0. */
  from?: number
  to?: number
  /** Only as long as it is this content: whoever holds the form of an upload may send another file until the form expires. */
  etag?: string
}

export interface Lasting {
  /** Default 300, at most 900. */
  expiresInSeconds?: number
}

export interface UploadOptions extends Lasting {
  /** What the person calls the file. */
  name: string
  /** The one media type that the form takes; the contract says which there are. */
  type: string
  maxBytes: number
}

/** A form for a browser: a POST of `multipart/form-data` with these fields, and after them the file as `file`. */
export interface UploadForm {
  url: string
  fields: Record<string, string>
  /** What the file is called in its area, once it has come. */
  key: string
  expiresAt: string
}

/** The way to one tenant's files, in the areas that its contract names. Keys are within an area: `fil_…/users.csv`. */
export interface Files<Read extends Area, Written extends Area> {
  /** Stores a file, and gives its key. A stream takes as much room on disk meanwhile. */
  put(area: Written, name: string, body: string | Uint8Array | Readable, type: string): Promise<string>
  /** The whole of a file. Throws `PAYLOAD_TOO_LARGE` past `maxBytes` (default 10 MB), and what `stream` throws. */
  get(area: Read, key: string, options?: ReadOptions & { maxBytes?: number }): Promise<Buffer>
  /** Throws `NOT_FOUND`, and `PRECONDITION_FAILED` where the content has changed. */
  stream(area: Read, key: string, options?: ReadOptions): Promise<Readable>
  head(area: Read, key: string): Promise<FileHead | undefined>
  /** Does nothing where there is nothing. */
  remove(area: Written, key: string): Promise<void>
  uploadForm(area: Written, options: UploadOptions): Promise<UploadForm>
  /** An address that saves the file under this name, and opens it in no browser. */
  downloadUrl(area: Read, key: string, options: Lasting & { fileName: string }): Promise<{ url: string; expiresAt: string }>
}

const MAX_BYTES_AT_ONCE = 10_000_000

const headOf = ({ headers }: IncomingMessage): FileHead => ({
  bytes: Number(headers['content-length']),
  type: headers['content-type'] ?? '',
  etag: headers.etag ?? '',
  storedAt: new Date(headers['last-modified'] ?? 0).toISOString(),
})

const conditionsOf = ({ from, to, etag }: ReadOptions): Record<string, string> => ({
  ...(from === undefined && to === undefined ? {} : { range: `bytes=${from ?? 0}-${to ?? ''}` }),
  ...(etag === undefined ? {} : { 'if-match': etag }),
})

const drained = (answer: IncomingMessage) => void answer.resume()
const endOf = ({ at, seconds }: Signing) => new Date(at.getTime() + seconds * 1000).toISOString()

type ReadOf<C> = C extends { files: { reads: readonly (infer A extends Area)[] } } ? A : never
type WrittenOf<C> = C extends { files: { writes: readonly (infer A extends Area)[] } } ? A : never

/** The files of the tenant that a call acts in. The contract's `files` name the areas, and become the role that lets nothing else through. */
export function filesOf<const C extends { files: FileNeeds }>(_contract: C, call: FileCall): Files<ReadOf<C>, WrittenOf<C>> {
  const newKey = (name: string) => `${newId('fil', Date.parse(call.now))}/${nameInKey(name)}`
  const store = (url: URL, body: AwsCall['body'] & {}, headers: Record<string, string>) =>
    askS3(call, 'PUT', url, { body, headers }).then(drained)
  const opened = async (area: Area, key: string, options: ReadOptions) =>
    askS3(call, 'GET', fileUrl(call, area, key), { headers: conditionsOf(options) }).catch(asProblem)

  return {
    async put(area, name, body, type) {
      const key = newKey(name)
      const url = fileUrl(call, area, key)
      const about = (bytes: number) => ({ 'content-type': type, 'content-length': String(bytes) })
      if (typeof body === 'string' || body instanceof Uint8Array) await store(url, body, about(Buffer.byteLength(body)))
      else await spooled(body, ({ bytes, hash, open }) => store(url, open, { ...about(bytes), 'x-amz-content-sha256': hash }))
      return key
    },
    async get(area, key, { maxBytes = MAX_BYTES_AT_ONCE, ...options } = {}) {
      const answer = await opened(area, key, options)
      if (headOf(answer).bytes <= maxBytes) return Buffer.concat(await answer.toArray())
      answer.destroy()
      throw problem('PAYLOAD_TOO_LARGE', { message: `The file has more than ${maxBytes} bytes. Send a smaller one.` })
    },
    stream: (area, key, options = {}) => opened(area, key, options),
    async head(area, key) {
      const found = askS3(call, 'HEAD', fileUrl(call, area, key))
      return found.then(
        (answer) => headOf(answer.resume()),
        (error) => (isAbsent(error) ? undefined : asProblem(error)),
      )
    },
    remove: async (area, key) => askS3(call, 'DELETE', fileUrl(call, area, key)).then(drained),
    async uploadForm(area, { name, type, maxBytes, expiresInSeconds }) {
      const key = newKey(name)
      const by = await signing(call, expiresInSeconds)
      const fields = { key: objectKey(area, call.tenant.id, key), 'Content-Type': type }
      const signed = await presignedFields({ bucket: config.bucketName, fields, maxBytes }, by)
      return { url: bucketUrl().href, fields: signed, key, expiresAt: endOf(by) }
    },
    async downloadUrl(area, key, { fileName, expiresInSeconds }) {
      const url = fileUrl(call, area, key)
      const by = await signing(call, expiresInSeconds)
      // Whatever it is, and whatever whoever uploaded it says it is, it is to be saved.
      const query = { 'response-content-disposition': attachment(fileName), 'response-content-type': 'application/octet-stream' }
      return { url: await presignedUrl(url, query, by), expiresAt: endOf(by) }
    },
  }
}
