import { Problem, problem } from '../../shared/errors.ts'
import type { Session } from '../../shared/identity/session.ts'
import { type Challenge, refreshTokens, revokeTokens, type SignedIn } from '../../shared/identity-provider.ts'
import { policySource } from '../../shared/serve/policy.ts'
import { transactOutside } from '../../shared/store/outside.ts'
import { toUser } from '../users/door.ts'
import { type Address, recordRefusal, refuse, release } from './address.ts'
import { issue } from './refresh-chain.ts'
import { beginSession, type Entrance, enterElsewhere, type Proof } from './sign-in.ts'
import { isStep, keepStep } from './sign-in-step.ts'
import { refusalOf } from './standing.ts'
import type { SignInCall } from './trace.ts'

/** What Cognito said to a password or a code: tokens, one more step, or why not. */
export type Outcome = SignedIn | Challenge | Error

export interface Proving {
  address: Address
  outcome: Outcome
  entrance: Entrance | undefined
  /** Where the person wants to act by default, if they said so. */
  organizationId: string | undefined
  /** The token by which the device is known from before. */
  deviceToken: string | undefined
  proof: Proof
}

/** What stands against somebody who proved who they are; where they named no organization, no place left is an account that was closed. */
const objectionTo = (entrance: Entrance | undefined, wanted: string | undefined, now: string): Problem | undefined =>
  entrance?.standing ? refusalOf(entrance.standing, now) : problem(wanted ? 'NOT_FOUND' : 'ACCOUNT_DISABLED')

const UNPASSED =
  'This account has a second factor that was not asked for, because a recovery is not finished. Finish it as you began it, or ask an administrator to reset the second factor.'

/** Cognito let somebody in without the second factor that our record demands. */
const isUnpassed = ({ person }: Entrance, { mfa, person: change }: Proof) =>
  person.mfaEnabled === true && !mfa && change?.mfaEnabled !== false

async function wait(call: SignInCall, { address, organizationId, proof }: Proving, { challenge, session }: Challenge) {
  if (!isStep(challenge)) return refuse(call, address, problem('FORBIDDEN', { details: { challenge } }))
  const { personId = '', epoch: proven = 0 } = address.holder ?? {}
  const { epoch = proven } = proof
  const waiting = { mailHash: address.hash, personId, epoch, challenge: { challenge, session }, organizationId, now: call.now }
  await Promise.all([keepStep(call.lookups, waiting), release(call, address)])
  return { mfaRequired: true as const, challenge, session }
}

/** Where the person asked to act; where they named none, wherever they may. */
async function openTo(call: SignInCall, { entrance, organizationId }: Proving): Promise<Entrance | undefined> {
  const isShut = !organizationId && objectionTo(entrance, organizationId, call.now) !== undefined
  return (isShut && entrance && (await enterElsewhere(call, entrance))) || entrance
}

async function enter(call: SignInCall, proving: Proving, tokens: SignedIn) {
  const { address, organizationId, proof } = proving
  try {
    const entrance = await openTo(call, proving)
    const objection = objectionTo(entrance, organizationId, call.now)
    if (objection || !entrance) return await refuse(call, address, objection ?? problem('ACCOUNT_DISABLED'))
    if (isUnpassed(entrance, proof)) return await refuse(call, address, problem('MFA_REQUIRED', { message: UNPASSED }))
    return await beginSession(call, { ...proof, address, entrance, tokens }).catch(async (error) => {
      await release(call, address)
      throw error
    })
  } catch (error) {
    await revokeTokens(call.meter, tokens.tokens.refreshToken)
    throw error
  }
}

/** What was proven; a refusal leaves its trace, and counts where it was a guess. */
export async function provenBy(call: SignInCall, address: Address, outcome: Outcome): Promise<SignedIn | Challenge> {
  if (outcome instanceof Problem && outcome.status < 500) return refuse(call, address, outcome)
  if (!(outcome instanceof Error)) return outcome
  await release(call, address)
  throw outcome
}

/** Tokens name the default organization; they are made anew when the person has just chosen another. */
async function inChosen(call: SignInCall, tokens: SignedIn, session: Session): Promise<SignedIn> {
  const renewed = await refreshTokens(call.meter, tokens.tokens.refreshToken, 'api')
  await transactOutside(call.lookups, call.now, [issue(renewed.tokens.refreshToken, session, { generation: 1, client: 'api' })])
  return renewed
}

/** Leads a sign-in on from what Cognito said: to tokens and a session, to the next step, or to a refusal that leaves a trace. */
export async function proceed(call: SignInCall, proving: Proving) {
  const { address, entrance } = proving
  const proven = await provenBy(call, address, proving.outcome)
  if ('challenge' in proven) return wait(call, proving, proven)
  const { user, session, organization, deviceToken } = await enter(call, proving, proven)
  const isDefault = entrance?.person.defaultOrganizationId === organization.id
  const { tokens } = isDefault ? proven : await inChosen(call, proven, session)
  const shown = await policySource(call.enter(organization.id), organization).ask((policy) => toUser(user, { policy }))
  const mfaSetupRequired = organization.settings.mfaRequired === true && !session.mfa
  return {
    mfaRequired: false as const,
    mfaSetupRequired,
    user: shown,
    tokens,
    deviceToken: deviceToken ?? proving.deviceToken ?? '',
  }
}

/** A failure to be weighed with everything else that is being read. */
export const outcomeOf = (asked: Promise<SignedIn | Challenge>): Promise<Outcome> => asked.catch((error: unknown) => error as Error)

/** A try that came to nothing is given back, and one that was wrong is counted. */
export async function recordingRefusal<T>(call: SignInCall, address: Address, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Problem) await recordRefusal(call, address, error)
    throw error
  }
}
