import { config } from '../config.ts'
import type { Endpoint, Page } from '../endpoint.ts'
import { problem } from '../errors.ts'
import { logger } from '../telemetry.ts'

/** The reply as its schema lets it out: whatever is not named there stays inside. */
export function present(contract: Endpoint, reply: unknown): unknown {
  if (!contract.reply) return undefined
  const schema = contract.list ? contract.reply.array() : contract.reply
  const value = contract.list ? (reply as Page<unknown>).items : reply
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  logger.error('A reply breaks its contract', { route: contract.route, issues: parsed.error.issues.map(({ path, code }) => ({ path, code })) })
  if (config.strict) throw problem('INTERNAL', { message: `The reply of ${contract.route} breaks its contract: ${parsed.error.message}` })
  const known = Object.keys((contract.reply as { shape?: object }).shape ?? {})
  const pick = (item: object) => Object.fromEntries(Object.entries(item).filter(([name]) => known.includes(name)))
  return contract.list ? (value as object[]).map(pick) : pick(value as object)
}
