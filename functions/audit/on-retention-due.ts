import { auditRetentionDue } from '../../events/audit.ts'
import { organizationCreated } from '../../events/organizations.ts'
import { due } from '../../shared/due/due.ts'
import { isProblem } from '../../shared/errors.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { firstIdAt } from '../../shared/store/audit-keys.ts'
import { HOLDS, isHeld } from './legal-hold.ts'
import { DAY_MS, endOfKept, type Keeper, keeperOf, LEAST_DAYS, letOldestGo } from './retention.ts'

export const rule = reaction('audit/on-retention-due', {
  on: [organizationCreated, auditRetentionDue],
  summary: 'Lets entries of the audit trail go that are older than the organization keeps them, once a week, unless a legal hold stands.',
  reads: ['ORGANIZATION', 'AUDIT', HOLDS],
  ends: ['AUDIT'],
  lookups: ['DUE'],
  batchSize: 1,
})

const WEEK_MS = 7 * DAY_MS
const MINUTE_MS = 60_000
/** A run ends within its function's 30 s. */
const RUN_MS = 15_000

const later = (now: string, ms: number) => new Date(Date.parse(now) + ms).toISOString()

interface Found {
  after: string
  isMore: boolean
}

/** Goes on until all is let go or its time is over; gives where the next look begins. */
async function lookThrough(call: ReactionCall, began: string, until: number, clock: () => number): Promise<Found> {
  const deadline = clock() + RUN_MS
  let after = began
  while (clock() < deadline) {
    const next = await letOldestGo(call.tenant, { after, until, now: call.now })
    if (next === undefined) return { after, isMore: false }
    after = next
  }
  return { after, isMore: true }
}

/** A hold that was placed meanwhile ends the look. */
const unlessStopped = (look: Promise<Found>, after: string): Promise<Found> =>
  look.catch((error) => {
    if (isProblem(error, 'CONFLICT')) return { after, isMore: false }
    throw error
  })

async function look(call: ReactionCall, keeper: Keeper, clock: () => number): Promise<Found> {
  const { after = firstIdAt('aud', Date.parse(keeper.createdAt)) } = auditRetentionDue.data.parse(call.event.data)
  if (await isHeld(call.tenant)) return { after, isMore: false }
  return unlessStopped(lookThrough(call, after, endOfKept(keeper, call.now), clock), after)
}

/** What goes is cleaned away by the table itself: no function deletes of the record. Where a look did not come to the end, the next is in a minute. */
export const letting = (clock: () => number = Date.now) =>
  react(rule, async (call) => {
    const { tenant, event, now } = call
    const keeper = await keeperOf(tenant)
    if (!keeper || (await call.isDone())) return
    const again = (ms: number, data: { after?: string }) => call.once(due(auditRetentionDue, { at: later(now, ms), ref: tenant.id, data }))
    if (event.type === organizationCreated.name) return again(LEAST_DAYS * DAY_MS, {})
    const { after, isMore } = await look(call, keeper, clock)
    return again(isMore ? MINUTE_MS : WEEK_MS, { after })
  })

export const handler = letting()
