import { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readForm } from './multipart.ts'

const type = 'multipart/form-data; boundary=B'
const part = (name: string, content: string, more = '') =>
  `--B\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`
const bytesOf = (text: string) => Readable.from([Buffer.from(text)]) as AsyncIterable<Buffer>

async function read(body: AsyncIterable<Buffer>, contentType = type) {
  const { fields, file } = await readForm(contentType, body)
  const content: Buffer[] = []
  for await (const piece of file) content.push(piece)
  return { fields: Object.fromEntries(fields), file: Buffer.concat(content) }
}

/** Cut anywhere. */
async function* cut(whole: Buffer, ends: number[]): AsyncGenerator<Buffer> {
  let from = 0
  for (const end of [...ends.map((each) => each % (whole.length + 1)).sort((one, other) => one - other), whole.length]) {
    yield whole.subarray(from, end)
    from = end
  }
}

test('fields and file are the same wherever the body is cut, whatever the file holds', async () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom('\r\n', '\r\n--', '--B', '\r\n-\r\n--A').map((text) => Buffer.from(text)),
  )
  await fc.assert(
    fc.asyncProperty(content, fc.array(fc.nat(), { maxLength: 12 }), async (file, ends) => {
      fc.pre(!Buffer.from(file).includes('\r\n--B'))
      const before = part('Key', 'a\r\nb') + part('empty', '') + part('file', '', '; filename="x"').slice(0, -2)
      const whole = Buffer.concat([Buffer.from(before), file, Buffer.from('\r\n--B--\r\n')])
      expect(await read(cut(whole, ends))).toEqual({ fields: { key: 'a\r\nb', empty: '' }, file: Buffer.from(file) })
    }),
  )
})

test('what stands after the file is passed over', async () => {
  const body = `${part('file', 'content')}${part('late', 'x')}--B--`
  expect(await read(bytesOf(body), 'multipart/form-data; boundary="B"')).toEqual({ fields: {}, file: Buffer.from('content') })
})

test.each([
  ['another kind of body', 'a=b', 'application/x-www-form-urlencoded', 'PreconditionFailed'],
  ['a form without a file', `${part('key', 'x')}--B--\r\n`, type, 'InvalidArgument'],
  ['a form that breaks off', part('file', 'content'), type, 'MalformedPOSTRequest'],
  ['a part without a name', '--B\r\nX: y\r\n\r\nz\r\n--B--\r\n', type, 'MalformedPOSTRequest'],
  ['more than 20 KB before the file', `${part('key', 'x'.repeat(21_000))}${part('file', '')}--B--`, type, 'MaxPostPreDataLengthExceeded'],
])('%s is refused', async (_, body, contentType, code) => {
  await expect(read(bytesOf(body), contentType)).rejects.toMatchObject({ code })
})
