import { readFileSync } from 'node:fs'
import * as z from 'zod'

/** What is thrown where a file of the data folder is not as the stack left it: which one, why, and the way out. */
export const damaged = (file: string, why: string): Error =>
  new Error(
    `The stack cannot read ${file}: ${why}\nMend it, or begin anew without all that was kept:\n  npm start -- --fresh    (with the same TESSERA_DATA, if you set it)`,
  )

/** The text of a file that the stack keeps between starts; `undefined` where there is none yet. */
export function readKept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw damaged(file, `${message}.`)
  }
}

/** The value in a text of that file, which must be what the stack writes there. `where` says which part of the file it is. */
export function parseKept<T>(file: string, text: string, schema: z.ZodType<T>, where = 'it'): T {
  const parsed = schema.safeParse(jsonOf(file, text, where))
  if (parsed.success) return parsed.data
  throw damaged(file, `${where} holds something else than the stack writes there.\n${z.prettifyError(parsed.error)}`)
}

/** The value of a file that holds one. */
export function readKeptJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  const text = readKept(file)
  return text === undefined ? undefined : parseKept(file, text, schema)
}

function jsonOf(file: string, text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw damaged(file, `${where} is no whole JSON (${(error as Error).message}).`)
  }
}
