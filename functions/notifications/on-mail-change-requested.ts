import { mailChangeRequested } from '../../events/identity.ts'
import { findLogin } from '../../shared/identity/login-store.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { mintMailCode } from '../identity/door.ts'
import { addressTakenMail, mailChangeNotice, nextAddressMail } from './account-mails.ts'
import { type Told, toldOf } from './person-news.ts'
import { type Outgoing, sendEach } from './send-each.ts'
import { MAIL_NEEDS } from './send-once.ts'

export const rule = reaction('notifications/on-mail-change-requested', {
  on: [mailChangeRequested],
  summary:
    'Mails the code that proves the next address there, and a notice to the present one; whoever has that address already is told instead.',
  ...MAIL_NEEDS,
  lookups: ['MAILS', 'CODE'],
  lookupReads: ['LOGIN', 'PERSON'],
})

interface Wanted {
  email: string
  by: 'person' | 'organization'
}

/** No code goes to an address that opens another account; its owner, and nobody else, hears of it. */
async function there(call: ReactionCall, { person, to: addressee, name }: Told, { email, by }: Wanted): Promise<Outgoing> {
  const taken = await findLogin(call.lookups, email)
  if (taken && taken.personId !== person.id) {
    // What they read, no organization here can say: mostly it is the same person, who has two accounts.
    return {
      template: 'address_taken',
      to: email,
      userId: taken.personId,
      prepare: () => ({ mail: addressTakenMail({ locale: addressee.locale, organization: addressee.organization }) }),
    }
  }
  return {
    template: 'next_address',
    to: email,
    userId: person.id,
    name,
    prepare() {
      const organizationId = by === 'organization' ? call.event.organizationId : undefined
      const { code, expiresAt, write } = mintMailCode({ person, email, organizationId, now: call.now })
      return { mail: nextAddressMail({ ...addressee, code, expiresAt }), store: write }
    },
  }
}

export const handler = react(rule, async (call) => {
  const { userId, ...wanted } = mailChangeRequested.data.parse(call.event.data)
  const told = await toldOf(call, userId)
  if (!told) return
  const { person, to, name } = told
  const { timestamp: at, metadata } = call.event
  const notice = { ...to, next: wanted.email, at, by: wanted.by, ipAddress: metadata.ipAddress }
  await sendEach(call, [
    { template: 'mail_change_notice', to: person.email, userId, name, prepare: () => ({ mail: mailChangeNotice(notice) }) },
    await there(call, told, wanted),
  ])
})
