import type { ReactionCall } from '../../shared/react.ts'
import { type Budget, release, reserve } from '../../shared/store/budget.ts'
import { budgetKey, mailsKey } from '../../shared/store/keys.ts'
import { tableFor } from '../../shared/store/table.ts'
import { mailHash } from '../../shared/tokens.ts'

/** Mails of one kind a UTC day: to one address, whoever sends them, and out of one organization, whoever gets them. */
const TO_ONE = 10
const NOTICES_TO_ONE = 20
const OUT_OF_ONE = 1_000
const OUT_OF_TRIAL = 100

/** What tells somebody that their account may be in danger. */
const NOTICES = new Set([
  ...['password_changed', 'second_factor', 'login_locked', 'new_device', 'session_ended', 'account_locked', 'home_changed'],
  ...['mail_change_notice', 'mail_changed', 'mail_confirmed', 'mail_undone', 'mail_lost', 'address_taken', 'account_exists'],
  ...['recovery_requested', 'recovery_refused', 'recovery_to_judge', 'reapproval_required', 'reapproved'],
])

const DAY_MS = 86_400_000

export interface Posting {
  to: string
  /** Names the kind of mail. */
  template: string
  isTrial: boolean
}

type Sending = Pick<ReactionCall, 'tenant' | 'lookups' | 'meter' | 'now'>

function budgetsOf({ tenant, now }: Sending, { to, template, isTrial }: Posting): { recipient: Budget; organization: Budget } {
  const kind = `${template}#${now.slice(0, 10)}`
  const expiresAt = new Date(Date.parse(now) + 2 * DAY_MS).toISOString()
  return {
    recipient: { key: mailsKey(mailHash(to), kind), most: NOTICES.has(template) ? NOTICES_TO_ONE : TO_ONE, expiresAt },
    organization: { key: budgetKey(tenant.id, `mail#${kind}`), most: isTrial ? OUT_OF_TRIAL : OUT_OF_ONE, expiresAt },
  }
}

/** Counts a mail before it is sent; says whose budget for the day is used up, if one is. */
export async function reserveMail(call: Sending, posting: Posting): Promise<'recipient' | 'organization' | undefined> {
  const { recipient, organization } = budgetsOf(call, posting)
  if (!(await reserve(call.lookups, recipient))) return 'recipient'
  if (await reserve(tableFor(call.tenant.id, call.meter), organization)) return undefined
  await release(call.lookups, recipient)
  return 'organization'
}
