import { xml } from '../sts/xml.ts'
import { AwsError } from '../types.ts'
import type { Asked } from './authentication.ts'
import type { StoredObject } from './objects.ts'

export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string | NodeJS.ReadableStream
}

/** The front's names for what S3 calls otherwise. */
const codes: Record<string, { code: string; status: number }> = {
  AccessDeniedException: { code: 'AccessDenied', status: 403 },
}

/** S3's error document; a HEAD has none. */
export function errorAnswer(error: AwsError, method: string, requestId: string): Answer {
  const { code, status } = codes[error.code] ?? { code: error.code, status: error.status }
  const details = Object.entries(error.details).filter(([, value]) => value !== undefined)
  const content = { Code: code, Message: error.message, ...Object.fromEntries(details), RequestId: requestId }
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${xml(content)}</Error>`
  return { status, headers: { 'content-type': 'application/xml' }, ...(method === 'HEAD' ? {} : { body }) }
}

/** How S3 answers an upload by a form: with what the form asks for, else 204. */
export function formAnswer(asked: string | undefined, { etag }: StoredObject, place: { bucket: string; key: string; url: string }): Answer {
  const status = asked === '200' || asked === '201' ? Number(asked) : 204
  const headers = { etag, location: `${place.url}/${place.bucket}/${place.key}` }
  if (status !== 201) return { status, headers }
  const content = { Location: headers.location, Bucket: place.bucket, Key: place.key, ETag: etag }
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${xml(content)}</PostResponse>`
  return { status, headers: { ...headers, 'content-type': 'application/xml' }, body }
}

/** Throws where a condition of the request does not hold; true where the caller has the content already. */
export function isUnchanged({ headers }: Asked, { etag }: StoredObject): boolean {
  const named = (list: string) => list === '*' || list.split(',').some((each) => each.trim().replace(/^(?!")|(?<!")$/g, '"') === etag)
  const { 'if-match': wanted, 'if-none-match': known } = headers
  if (wanted !== undefined && !named(wanted)) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
      Condition: 'If-Match',
    })
  }
  return known !== undefined && named(known)
}

/** First and last byte that a `Range` names; nothing for all of them, or for a form that S3 passes over. */
export function rangeIn({ headers: { range = '' } }: Asked, { bytes }: StoredObject): [from: number, to: number] | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? []
  if (first === '' && last === '') return undefined
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const to = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (from < bytes && from <= to) return [from, to]
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, { RangeRequested: range, ActualObjectSize: bytes })
}

const OVERRIDES = ['content-type', 'content-disposition', 'content-language', 'content-encoding', 'cache-control', 'expires']

/** Of an object, as its headers and what a signed query wants them to say. */
export function objectHeaders(object: StoredObject, query: string): Record<string, string> {
  const wanted = new URLSearchParams(query)
  const overrides = OVERRIDES.flatMap((name) => {
    const value = wanted.get(`response-${name}`)
    return value === null ? [] : [[name, value] as const]
  })
  return {
    etag: object.etag,
    'last-modified': new Date(object.storedAt).toUTCString(),
    'content-type': object.type,
    'accept-ranges': 'bytes',
    'x-amz-server-side-encryption': 'AES256',
    ...Object.fromEntries(overrides),
  }
}
