import { Problem, problem } from '../../shared/errors.ts'
import { type Challenge, refreshTokens, revokeTokens, type SignedIn } from '../../shared/identity-provider.ts'
import { policy } from '../../shared/serve/admit.ts'
import { toUser } from '../users/reads.ts'
import { type Address, refuse } from './address.ts'
import { beginSession, type Entrance, enterElsewhere, type Way } from './sign-in.ts'
import { isStep, keepStep } from './sign-in-step.ts'
import { refusalOf } from './standing.ts'
import type { Asking } from './trace.ts'

/** What Cognito said to a password or a code: tokens, one more step, or why not. */
export type Outcome = SignedIn | Challenge | Error

export interface Proving {
  address: Address
  outcome: Outcome
  entrance: Entrance | undefined
  /** Where the person wants to act by default, if they said so. */
  organizationId: string | undefined
  way: Way
}

/** What stands against somebody who proved who they are; without a wish, no place left is an account that was closed. */
const objectionTo = (entrance: Entrance | undefined, wanted: string | undefined, now: string): Problem | undefined =>
  entrance?.standing ? refusalOf(entrance.standing, now) : problem(wanted ? 'NOT_FOUND' : 'ACCOUNT_DISABLED')

const UNPASSED =
  'This account has a second factor that was not asked for, because a recovery with a backup code is not finished. Finish it with the same code, or ask an administrator to reset the second factor.'

/** Cognito let somebody in without the second factor that our record demands. */
const isUnpassed = ({ person }: Entrance, { mfa, person: change }: Way) =>
  person.mfaEnabled === true && !mfa && change?.mfaEnabled !== false

async function wait(call: Asking, { address, organizationId }: Proving, { challenge, session }: Challenge) {
  if (!isStep(challenge)) return refuse(call, address, problem('FORBIDDEN', { details: { challenge } }))
  const personId = address.holder?.personId ?? ''
  await keepStep(call.lookups, { mailHash: address.hash, personId, challenge: { challenge, session }, organizationId, now: call.now })
  return { mfaRequired: true as const, challenge, session }
}

/** Where the person asked to act; without such a wish, wherever they may. */
async function openTo(call: Asking, { entrance, organizationId }: Proving): Promise<Entrance | undefined> {
  const isShut = !organizationId && objectionTo(entrance, organizationId, call.now) !== undefined
  return (isShut && entrance && (await enterElsewhere(call, entrance))) || entrance
}

async function enter(call: Asking, proving: Proving, proof: SignedIn) {
  const { address, organizationId, way } = proving
  try {
    const entrance = await openTo(call, proving)
    const objection = objectionTo(entrance, organizationId, call.now)
    if (objection || !entrance) return await refuse(call, address, objection ?? problem('ACCOUNT_DISABLED'))
    if (isUnpassed(entrance, way)) return await refuse(call, address, problem('MFA_REQUIRED', { message: UNPASSED }))
    return await beginSession(call, { ...way, entrance, proof, mailHash: address.hash, hadFailures: address.attempts !== undefined })
  } catch (error) {
    await revokeTokens(call.meter, proof.tokens.refreshToken)
    throw error
  }
}

/** What was proven; a refusal leaves its trace, and counts where it was a guess. */
export async function provenBy(call: Asking, address: Address, outcome: Outcome): Promise<SignedIn | Challenge> {
  if (outcome instanceof Problem && outcome.status < 500) return refuse(call, address, outcome)
  if (outcome instanceof Error) throw outcome
  return outcome
}

/** Leads a sign-in on from what Cognito said: to tokens and a session, to the next step, or to a refusal that leaves a trace. */
export async function proceed(call: Asking, proving: Proving) {
  const { address, entrance } = proving
  const proof = await provenBy(call, address, proving.outcome)
  if ('challenge' in proof) return wait(call, proving, proof)
  const { user, session, organization } = await enter(call, proving, proof)
  // Tokens name the default organization; they are made anew when the person has just chosen another.
  const isDefault = entrance?.person.defaultOrganizationId === organization.id
  const { tokens } = isDefault ? proof : await refreshTokens(call.meter, proof.tokens.refreshToken)
  const mfaSetupRequired = organization.settings.mfaRequired === true && !session.mfa
  return { mfaRequired: false as const, mfaSetupRequired, user: toUser(user, policy), tokens }
}

/** A failure to be weighed with everything else that is being read. */
export const outcomeOf = (asked: Promise<SignedIn | Challenge>): Promise<Outcome> => asked.catch((error: unknown) => error as Error)
