import * as z from 'zod'
import { config } from '../config.ts'
import type { Endpoint, Page } from '../endpoint.ts'
import { problem } from '../errors.ts'
import { logger } from '../telemetry.ts'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Of a value that breaks its schema, what the schema names, at every depth. */
function named(schema: z.core.$ZodType, value: unknown): unknown {
  if (!isObject(value)) return value
  const parsed = z.safeParse(schema, value)
  if (parsed.success) return parsed.data
  if (schema instanceof z.ZodArray) return Array.isArray(value) ? value.map((each) => named(schema.element, each)) : null
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).filter(([name]) => Object.hasOwn(value, name))
    return Object.fromEntries(fields.map(([name, field]) => [name, named(field, value[name])]))
  }
  const { def } = schema as z.ZodOptional
  return 'innerType' in def ? named(def.innerType, value) : null
}

/**
 * The reply as its schema lets it out: whatever is not named there stays inside. A reply that breaks its schema is an error where
 * `strict`; in production it is logged, and what the schema names is sent.
 */
export function present(contract: Endpoint, reply: unknown): unknown {
  if (!contract.reply) return undefined
  const schema = contract.list ? contract.reply.array() : contract.reply
  const value = contract.list ? (reply as Page<unknown> | undefined)?.items : reply
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, code }) => ({ path, code }))
  logger.error('A reply breaks its contract', { route: contract.route, issues })
  if (config.strict) throw problem('INTERNAL', { message: `The reply of ${contract.route} breaks its contract: ${parsed.error.message}` })
  return named(schema, value) ?? null
}
