import { isProblem } from '../../shared/errors.ts'
import type { Mail } from '../../shared/mail/letter.ts'
import type { ReactionCall } from '../../shared/react.ts'
import { doneKey } from '../../shared/store/keys.ts'
import { alone, putNew, type Write } from '../../shared/store/writes.ts'
import { organizations } from '../organizations/door.ts'
import { post } from './send-once.ts'

/** One of several mails about an event: to an address that need not be in the user record, or to many people. */
export interface Outgoing {
  /** Names the kind of mail. */
  template: string
  to: string
  userId: string
  /** What the recipient is called. */
  name?: string | undefined
  /** Makes the mail, with what must be stored before it may go out; asked only when it has not gone out yet. */
  prepare(): { mail: Mail; store?: Write }
  /** Written once the mail is done with. */
  alongside?: Write[]
}

/** As long as `react` keeps its own markers. */
const DONE_MS = 15 * 86_400_000

const markerOf = ({ event, tenant }: ReactionCall, { template, userId }: Outgoing) =>
  doneKey(tenant.id, 'notifications-mails', `${event.id}#${template}#${userId}`)

function postOne(call: ReactionCall, outgoing: Outgoing, isTrial: boolean): Promise<void> {
  const { template, to, userId, name, prepare, alongside = [] } = outgoing
  const expiresAt = new Date(Date.parse(call.now) + DONE_MS).toISOString()
  const done = alone(putNew(markerOf(call, outgoing), { at: call.now }, 'CONFLICT', expiresAt))
  const once: ReactionCall['once'] = (writes) =>
    call.tenant.commit([done, ...alongside, ...[writes].flat()]).catch((error) => {
      if (!isProblem(error, 'CONFLICT')) throw error
    })
  const about = { type: 'user', id: userId, ...(name ? { name } : {}) }
  return post({ ...call, once }, { to, about, userId, isTrial }, { template, ...prepare() })
}

/** Sends each mail once, in the order of `post`: a stop in between repeats the one under way, and none that has gone out. */
export async function sendEach(call: ReactionCall, mails: readonly Outgoing[]): Promise<void> {
  if (mails.length === 0) return
  const { tenant } = call
  const [organization, done] = await Promise.all([
    tenant.get(organizations, tenant.id),
    tenant.read(...mails.map((mail) => markerOf(call, mail))),
  ])
  for (const [n, mail] of mails.entries()) if (done[n] === undefined) await postOne(call, mail, organization?.status === 'trial')
}
