import type { PreAuthenticationTriggerEvent } from 'aws-lambda'
import { shutBy } from '../../shared/identity/life-cycle.ts'
import { readCards } from '../../shared/identity/membership-store.ts'
import type { Membership } from '../../shared/identity/person.ts'
import { readPersonWithRecovery } from '../../shared/identity/person-store.ts'
import { asksForTotp } from '../../shared/identity-challenges.ts'
import { openKeyring } from '../../shared/keyring.ts'
import type { OrganizationGate } from '../../shared/serve/call.ts'
import { attemptsKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { type Table, tableFor } from '../../shared/store/table.ts'
import { task } from '../../shared/task.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Attempts, assertNotLockedOut } from './attempts.ts'

export const rule = task('identity/pre-authentication', {
  summary: 'Refuses sign-ins at the hosted login while an address is locked by failures, and of people who may act nowhere.',
  startedBy: { cognito: 'PreAuthentication' },
  keyring: true,
  lookupReads: ['ATTEMPTS', 'PERSON', 'MEMBERSHIP', 'RECOVERY', 'TENANTS'],
  calls: ['cognito-idp:AdminGetUser'],
})

/** The same for every reason, since no password was given yet: it tells a stranger no more than that the account is closed to them. */
const CLOSED =
  'This account cannot sign in: it is locked or was closed, or its organization is suspended. An administrator of the organization can tell more.'
const RECOVERING = 'This account is being recovered with a backup code. Finish that first.'

const UNASKED =
  'The second factor of this account was turned off in a way that this page does not accept. An administrator of the organization can reset it.'

/** Nobody's: a card is read for people without an organization too, so that the time taken tells nothing. */
const NOWHERE = 'org_none'

/** May the person act in any organization, as far as the memberships tell? Every request asks the user record itself. */
async function mayActSomewhere(lookups: Table, memberships: readonly Membership[], now: string): Promise<boolean> {
  const open = memberships.filter(({ userStatus }) => userStatus === 'active').map(({ organizationId }) => organizationId)
  const cards = await readCards(lookups, open.length > 0 ? open : [NOWHERE])
  return cards.some((card) => !shutBy(card as Pick<OrganizationGate, 'status' | 'closesAt'>, now))
}

/** Throws `ACCOUNT_LOCKED` while failures lock the address. */
async function objectionTo({ userName, userPoolId, request }: PreAuthenticationTriggerEvent, now: string): Promise<string | undefined> {
  await openKeyring()
  const counts = meter()
  const lookups = tableFor(undefined, counts)
  const [[attempts], { person, memberships, isRecovering }] = await Promise.all([
    lookups.read([attemptsKey(mailHash(request.userAttributes.email ?? userName))]),
    readPersonWithRecovery(lookups, userName),
  ])
  assertNotLockedOut(attempts as Attempts | undefined, now)
  const [isOpen, isAsked] = await Promise.all([
    mayActSomewhere(lookups, memberships, now),
    person?.mfaEnabled !== true || asksForTotp(counts, userPoolId, userName),
  ])
  if (isRecovering) return RECOVERING
  if (!isAsked) return UNASKED
  return isOpen || request.userNotFound ? undefined : CLOSED
}

/** What the API's own sign-in sends along, which has asked all this itself; nobody can at the hosted login. */
const isCleared = ({ request }: PreAuthenticationTriggerEvent) => request.validationData?.askedBy === 'api'

/**
 * Cognito's trigger, before it looks at the password, for addresses that nobody has too. What it throws is shown on the page. Cognito
 * does not tell of passwords that were wrong there: it has a lock of its own for those, and this one counts the API's.
 */
export const handler = async (event: PreAuthenticationTriggerEvent): Promise<PreAuthenticationTriggerEvent> => {
  const objection = isCleared(event) ? undefined : await objectionTo(event, new Date().toISOString())
  // Cognito ends the sentence itself.
  if (objection) throw new Error(objection.replace(/\.$/, ''))
  return event
}
