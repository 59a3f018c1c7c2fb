import { describeBus } from '../../shared/bus.ts'
import { describeUserPool } from '../../shared/identity-provider.ts'
import { tenantsKey } from '../../shared/store/keys.ts'
import type { Meter } from '../../shared/store/meter.ts'
import type { Table } from '../../shared/store/table.ts'
import { describeError, logger } from '../../shared/telemetry.ts'

export interface Check {
  status: 'ok' | 'failed'
  message?: string
  durationMs?: number
  lagSeconds?: number
}

const PATIENCE_MS = 3_000

/** Runs one check; a failure or three seconds of silence is an answer, not an error. What went wrong stands in the log only. */
export async function check(name: string, run: () => Promise<unknown>): Promise<Check> {
  const started = Date.now()
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  try {
    await Promise.race([run(), silence])
    return { status: 'ok', durationMs: Date.now() - started }
  } catch (error) {
    logger.warn('A check failed', { check: name, error: describeError(error) })
    return { status: 'failed', message: `${name} does not answer`, durationMs: Date.now() - started }
  } finally {
    clearTimeout(timer)
  }
}

/** Table, user pool and event bus, asked at once. */
export async function dependencies({ lookups, meter }: { lookups: Table; meter: Meter }) {
  const [database, identity, events] = await Promise.all([
    check('database', () => lookups.read([tenantsKey('probe')])),
    check('identity', () => meter.during(describeUserPool)),
    check('events', () => meter.during(describeBus)),
  ])
  return { database, identity, events }
}

export const allOk = (checks: Record<string, Check>) => Object.values(checks).every(({ status }) => status === 'ok')
