import { createReadStream, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

const isPart = (name: string) => /\.jsonl(\.gz)?$/.test(name)

/** The files of an export: itself, or what lies in its folder, in the order of the names. */
function partsOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  const parts = readdirSync(path).filter(isPart).toSorted()
  if (parts.length === 0) throw new Error(`${path} holds no export: there is no file that ends with .jsonl or .jsonl.gz.`)
  return parts.map((name) => join(path, name))
}

/** An entry has 400 KB at most, of which some may stand as base64. */
const MOST_CHARACTERS = 4_000_000

/** What stands between line feeds. Of Node.js's own reader, U+2028 ends a line since version 24; in an export it is part of a text. */
async function* linesIn(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let line = ''
  for await (const text of texts) {
    const [first = '', ...others] = text.split('\n')
    line += first
    for (const other of others) {
      yield line
      line = other
    }
    if (line.length > MOST_CHARACTERS) throw new Error(`This is no export: a line has more than ${MOST_CHARACTERS} characters.`)
  }
  yield line
}

function textsOf(part: string): AsyncIterable<string> {
  const bytes = createReadStream(part)
  // That its file cannot be read, or ends too early, is told by whoever reads on.
  const whole = part.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => undefined) : bytes
  return whole.setEncoding('utf8')
}

/** The lines of an export, one after the other: it may be larger than the memory. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  for (const part of partsOf(path)) for await (const line of linesIn(textsOf(part))) if (line.trim() !== '') yield line
}
