import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda'
import { meter } from '../../shared/store/meter.ts'
import { tableFor } from '../../shared/store/table.ts'
import { task } from '../../shared/task.ts'
import type { Membership, Person } from './person.ts'
import { readPerson } from './person-store.ts'

export const rule = task({
  summary: 'Puts organization, role and second factor into the tokens; refuses people who may act nowhere.',
  startedBy: { cognito: 'PreTokenGeneration' },
  lookupReads: ['PERSON'],
})

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

/** Cognito's trigger, version 2 of its event. What it throws reaches the caller of Cognito as text. */
export const handler = async (event: PreTokenGenerationV2TriggerEvent): Promise<PreTokenGenerationV2TriggerEvent> => {
  const { person, memberships, isRecovering } = await readPerson(tableFor(undefined, meter()), event.userName)
  const membership = person && defaultMembership(person, memberships)
  const refusal = refusalOf(membership, event.triggerSource, isRecovering)
  if (refusal) throw new Error(refusal)
  const claims = {
    org: membership?.organizationId ?? person?.homeOrganizationId ?? '',
    role: membership?.role ?? '',
    mfa: person?.mfaEnabled === true && !isRecovering,
  }
  event.response.claimsAndScopeOverrideDetails = {
    idTokenGeneration: { claimsToAddOrOverride: claims },
    accessTokenGeneration: { claimsToAddOrOverride: claims },
  } as unknown as PreTokenGenerationV2TriggerEvent['response']['claimsAndScopeOverrideDetails']
  return event
}
