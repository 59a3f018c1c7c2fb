import * as z from 'zod'
import { isStorable } from '../../shared/schema.ts'

const MAX_CHARACTERS = 8_000
const MAX_DEPTH = 16
const MAX_NAME = 100

/** Why a value cannot be stored as it is; `undefined` when it can. */
function obstacle(value: unknown, depth = 1): string | undefined {
  if (typeof value === 'number') return isStorable(value) ? undefined : `The number ${value} is out of range`
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > MAX_DEPTH) return `Must be nested at most ${MAX_DEPTH} levels deep`
  const badName = Array.isArray(value) ? undefined : Object.keys(value).find((name) => name === '' || name.length > MAX_NAME)
  if (badName !== undefined) return `Names have 1 to ${MAX_NAME} characters`
  for (const each of Object.values(value)) {
    const found = obstacle(each, depth + 1)
    if (found) return found
  }
  return undefined
}

/** An object of an application's own making. */
export const FreeForm = z.record(z.string(), z.unknown()).superRefine((value, context) => {
  const tooLong = JSON.stringify(value).length > MAX_CHARACTERS ? `Must be at most ${MAX_CHARACTERS} characters of JSON` : undefined
  const message = tooLong ?? obstacle(value)
  if (message) context.addIssue({ code: 'custom', message })
})
