import { AwsError } from '../types.ts'
import type { Fields } from './form-policy.ts'

/** `multipart/form-data` (RFC 7578) as a form posts it to S3: fields, then one file, which is read as it comes. */
export interface Form {
  fields: Fields
  file: AsyncIterable<Buffer>
}

/** S3's limit for all that stands before the file. */
const MAX_BEFORE_FILE = 20_480

const malformed = () => new AwsError('MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.')
const tooMuch = () => new AwsError('MaxPostPreDataLengthExceeded', 'Your POST request fields preceding the upload file were too large.')

/** Reads up to the file. Throws as S3 does when there is none. */
export async function readForm(contentType: string, body: AsyncIterable<Buffer>): Promise<Form> {
  const [, quoted, plain] = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (!boundary) throw new AwsError('PreconditionFailed', 'Bucket POST must be of the enclosure-type multipart/form-data', 412)
  const mark = Buffer.from(`\r\n--${boundary}`)
  const source = reading(body)
  const fields = new Map<string, string>()
  await source.upTo(mark)
  for (;;) {
    const head = (await source.upTo(Buffer.from('\r\n\r\n'))).toString()
    const name = /;\s*name="([^"]*)"/i.exec(head)?.[1]?.toLowerCase()
    if (name === undefined) throw head.startsWith('--') ? withoutFile() : malformed()
    if (name === 'file') return { fields, file: source.piecesUpTo(mark) }
    fields.set(name, (await source.upTo(mark)).toString())
  }
}

const withoutFile = () => new AwsError('InvalidArgument', 'POST requires exactly one file upload per request.')

function reading(body: AsyncIterable<Buffer>) {
  const chunks = body[Symbol.asyncIterator]()
  // The first boundary is one like all others once a line ends before it.
  let held = Buffer.from('\r\n')
  let taken = 0
  let isOver = false
  async function more(): Promise<void> {
    if (isOver) throw malformed()
    const { done, value } = await chunks.next()
    isOver = done === true
    // What closes a form without a file ends in no head of a part.
    held = Buffer.concat([held, done ? Buffer.from('\r\n\r\n') : value])
  }
  const cut = (end: number, next = end): Buffer => {
    const piece = held.subarray(0, end)
    held = held.subarray(next)
    return piece
  }
  return {
    async upTo(mark: Buffer): Promise<Buffer> {
      for (;;) {
        const end = held.indexOf(mark)
        if (taken + (end < 0 ? held.length : end) > MAX_BEFORE_FILE) throw tooMuch()
        if (end >= 0) {
          taken += end
          return cut(end, end + mark.length)
        }
        await more()
      }
    },
    async *piecesUpTo(mark: Buffer): AsyncGenerator<Buffer> {
      for (;;) {
        const end = held.indexOf(mark)
        if (end >= 0) {
          yield cut(end)
          return
        }
        // The mark may have begun at the end of what is held.
        const safe = held.length - mark.length + 1
        if (safe > 0) yield cut(safe)
        await more()
      }
    },
  }
}
