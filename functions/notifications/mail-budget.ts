import type { ReactionCall } from '../../shared/react.ts'
import { type Budget, release, reserve } from '../../shared/store/budget.ts'
import { budgetKey, mailsKey } from '../../shared/store/keys.ts'
import { tableFor } from '../../shared/store/table.ts'
import { foldMail, mailHash } from '../../shared/tokens.ts'

/** Mails of one kind a UTC day: to one address, whoever sends them, and out of one organization, whoever gets them. */
const TO_ONE = 10
const NOTICES_TO_ONE = 20
const OUT_OF_ONE = 1_000
const OUT_OF_TRIAL = 100

/** Mails with the link that takes back what a thief did. It is made when the mail goes out, so nothing may use it up before. */
const WAYS_BACK = new Set(['mail_changed', 'recovery_requested'])

/** What tells people, at an address that was proven, of danger to an account: no member can use it up for the others. */
const OWN_NOTICES = new Set([
  ...['password_changed', 'second_factor', 'login_locked', 'new_device', 'session_ended', 'home_changed'],
  ...['mail_change_notice', 'mail_confirmed', 'mail_undone', 'mail_lost'],
  ...['recovery_refused', 'recovery_to_judge', 'reapproval_required', 'reapproved'],
])

/** The same, where a member could have it sent to strangers, or write in it. */
const NOTICES = new Set([...OWN_NOTICES, 'account_locked', 'address_taken', 'account_exists'])

const DAY_MS = 86_400_000

export interface Posting {
  to: string
  /** Names the kind of mail. */
  template: string
  isTrial: boolean
}

type Sending = Pick<ReactionCall, 'tenant' | 'lookups' | 'meter' | 'now'>

/** The mailbox that `ada+anything@example.com` ends up in with most providers: tags make no further recipients. Nobody is told apart by it. */
const mailboxOf = (email: string) => foldMail(email).replace(/^([^+]+)\+.*@/, '$1@')

interface Budgets {
  recipient?: Budget
  organization?: Budget
}

function budgetsOf({ tenant, now }: Sending, { to, template, isTrial }: Posting): Budgets {
  if (WAYS_BACK.has(template)) return {}
  const kind = `${template}#${now.slice(0, 10)}`
  const expiresAt = new Date(Date.parse(now) + 2 * DAY_MS).toISOString()
  const recipient = { key: mailsKey(mailHash(mailboxOf(to)), kind), most: NOTICES.has(template) ? NOTICES_TO_ONE : TO_ONE, expiresAt }
  if (OWN_NOTICES.has(template)) return { recipient }
  return { recipient, organization: { key: budgetKey(tenant.id, `mail#${kind}`), most: isTrial ? OUT_OF_TRIAL : OUT_OF_ONE, expiresAt } }
}

/** Counts a mail before it is sent; says whose budget for the day is used up, if one is. */
export async function reserveMail(call: Sending, posting: Posting): Promise<'recipient' | 'organization' | undefined> {
  const { recipient, organization } = budgetsOf(call, posting)
  if (recipient && !(await reserve(call.lookups, recipient))) return 'recipient'
  if (!organization || (await reserve(tableFor(call.tenant.id, call.meter), organization))) return undefined
  if (recipient) await release(call.lookups, recipient)
  return 'organization'
}
