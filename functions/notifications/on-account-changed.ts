import { homeChanged, recoveryRefused, recoveryRequested } from '../../events/identity.ts'
import { userReapproved } from '../../events/users.ts'
import { config } from '../../shared/config.ts'
import { mintCancel, readWaiting } from '../../shared/identity/recovery-request.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { homeMail, reapprovedMail, recoveryMail, recoveryRefusedMail } from './account-mails.ts'
import { type Told, toldOf } from './person-news.ts'
import { type Outgoing, sendEach } from './send-each.ts'
import { MAIL_NEEDS } from './send-once.ts'

export const rule = reaction('notifications/on-account-changed', {
  on: [recoveryRequested, recoveryRefused, homeChanged, userReapproved],
  summary:
    'Mails a person that somebody asked to recover their account, with a link to object; that it was ended; their new home; their approval.',
  ...MAIL_NEEDS,
  lookups: ['MAILS', 'RECOVERY_LINK'],
  lookupReads: ['RECOVERY', 'PERSON'],
})

type Prepared = Pick<Outgoing, 'template' | 'prepare'>

/** The link is good for this request alone; one that has ended meanwhile needs none. */
async function recovery({ event, lookups, now }: ReactionCall, { person, to }: Told): Promise<Prepared | undefined> {
  const { request } = await readWaiting(lookups, person.id, now)
  if (!request) return undefined
  const { completesAt } = request
  return {
    template: 'recovery_requested',
    prepare() {
      const { token, write } = mintCancel(person.id, request)
      const url = `${config.appUrl}/cancel-recovery?token=${token}`
      const { timestamp: at, metadata } = event
      return { mail: recoveryMail({ ...to, at, completesAt, url, ipAddress: metadata.ipAddress }), store: write }
    },
  }
}

function mailOf(call: ReactionCall, told: Told): Prepared | undefined | Promise<Prepared | undefined> {
  const { event } = call
  const to = { ...told.to, at: event.timestamp }
  const { ipAddress } = event.metadata
  if (event.type === recoveryRequested.name) return recovery(call, told)
  if (event.type === homeChanged.name) return { template: 'home_changed', prepare: () => ({ mail: homeMail({ ...to, ipAddress }) }) }
  if (event.type === recoveryRefused.name) {
    const isOwn = event.data.by === told.person.id
    return { template: 'recovery_refused', prepare: () => ({ mail: recoveryRefusedMail({ ...to, isOwn }) }) }
  }
  // Where nobody could approve them, nobody did.
  return event.data.reason ? undefined : { template: 'reapproved', prepare: () => ({ mail: reapprovedMail(to) }) }
}

export const handler = react(rule, async (call) => {
  const userId = call.event.aggregateId
  const told = await toldOf(call, userId)
  const prepared = told && (await mailOf(call, told))
  if (told && prepared) await sendEach(call, [{ ...prepared, to: told.person.email, userId, name: told.name }])
})
