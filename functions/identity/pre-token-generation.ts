import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda'
import type { Membership, Person } from '../../shared/identity/person.ts'
import { readPersonWithRecovery } from '../../shared/identity/person-store.ts'
import { clientName } from '../../shared/identity-clients.ts'
import { openKeyring } from '../../shared/keyring.ts'
import { isRefreshProof } from '../../shared/refresh-proof.ts'
import { meter } from '../../shared/store/meter.ts'
import { type Table, tableFor } from '../../shared/store/table.ts'
import { task } from '../../shared/task.ts'
import { findById } from '../keys/door.ts'

export const rule = task('identity/pre-token-generation', {
  summary: 'Puts organization, role and second factor into the tokens; refuses people who may act nowhere.',
  startedBy: { cognito: 'PreTokenGeneration' },
  lookupReads: ['PERSON', 'MEMBERSHIP', 'RECOVERY', 'KEY'],
  calls: ['cognito-idp:DescribeUserPoolClient'],
  keyring: true,
})

/** A token with this scope may call Cognito itself: change the password or the second factor, past the product. */
const SELF_SERVICE = 'aws.cognito.signin.user.admin'

const REFRESH_ELSEWHERE = 'Refresh tokens are exchanged by POST /api/v1/auth/refresh only'

type Event = PreTokenGenerationV2TriggerEvent

const REFUSED = { locked: 'ACCOUNT_LOCKED', disabled: 'ACCOUNT_DISABLED', invited: 'FORBIDDEN', deleted: 'FORBIDDEN', active: undefined }

/** Where the tokens act by default: the chosen organization, or, when the person may not act there, any other. */
export function defaultMembership(person: Person, memberships: readonly Membership[]): Membership | undefined {
  const chosen = memberships.find(({ organizationId }) => organizationId === person.defaultOrganizationId)
  if (chosen?.userStatus === 'active') return chosen
  return memberships.find(({ userStatus }) => userStatus === 'active') ?? chosen
}

/** Sign-ins through the API. */
const API = ['TokenGeneration_Authentication', 'TokenGeneration_NewPasswordChallenge']

/**
 * Why the person gets no tokens, if so. A sign-in through the API has asked the user record itself, which knows of a lock or its end
 * a moment earlier than the membership read here; it also is what finishes a recovery.
 */
export function refusalOf(membership: Membership | undefined, triggerSource: string, isRecovering = false): string | undefined {
  if (API.includes(triggerSource)) return undefined
  if (isRecovering) return 'MFA_REQUIRED'
  return membership ? REFUSED[membership.userStatus] : 'FORBIDDEN'
}

/** Does Cognito exchange a refresh token for somebody else than the product, whose record would then miss it? */
async function isForeignRefresh({ triggerSource, request }: Event): Promise<boolean> {
  if (triggerSource !== 'TokenGeneration_RefreshTokens') return false
  await openKeyring()
  return !isRefreshProof(request.clientMetadata?.proof, Date.now())
}

type Claims = Record<string, unknown>

/** Claims of an API key's token: where it acts, and who made it, so that a request reads both at once. */
async function claimsOfKey({ userName, triggerSource }: Event, lookups: Table, asked: Promise<string>): Promise<Claims> {
  const [place, client] = await Promise.all([findById(lookups, userName), asked])
  if (!place || client !== 'api' || triggerSource !== 'TokenGeneration_Authentication') throw new Error('FORBIDDEN')
  return { org: place.organizationId, maker: place.makerId, role: '', mfa: false }
}

/** Claims of a person's. Throws one of our codes where they may act nowhere. */
async function claimsOfPerson({ userName, triggerSource }: Event, lookups: Table, asked: Promise<string>): Promise<Claims> {
  const [{ person, memberships, isRecovering }, client] = await Promise.all([readPersonWithRecovery(lookups, userName), asked])
  const membership = person && defaultMembership(person, memberships)
  const refusal = client === 'enrolment' && !person ? 'FORBIDDEN' : refusalOf(membership, triggerSource, isRecovering)
  if (refusal) throw new Error(refusal)
  return {
    org: membership?.organizationId ?? person?.homeOrganizationId ?? '',
    role: membership?.role ?? '',
    mfa: person?.mfaEnabled === true && !isRecovering,
  }
}

/** Cognito's trigger, version 2 of its event. What it throws reaches the caller of Cognito as text. */
export const handler = async (event: Event): Promise<Event> => {
  if (await isForeignRefresh(event)) throw new Error(REFRESH_ELSEWHERE)
  const counts = meter()
  const lookups = tableFor(undefined, counts)
  const client = clientName(counts, event.userPoolId, event.callerContext.clientId)
  const claimsFor = event.userName.startsWith('key_') ? claimsOfKey : claimsOfPerson
  const claims = await claimsFor(event, lookups, client)
  event.response.claimsAndScopeOverrideDetails = {
    idTokenGeneration: { claimsToAddOrOverride: claims },
    accessTokenGeneration: { claimsToAddOrOverride: claims, scopesToSuppress: (await client) === 'enrolment' ? [] : [SELF_SERVICE] },
  } as unknown as Event['response']['claimsAndScopeOverrideDetails']
  return event
}
