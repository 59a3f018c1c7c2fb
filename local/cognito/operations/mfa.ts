import { AwsError } from '../../types.ts'
import { type Input, text } from '../input.ts'
import { CHALLENGE_SECONDS } from '../sign-in.ts'
import { SELF_SERVICE, userOfAccessToken } from '../tokens.ts'
import { matchingStep, newTotpSecret } from '../totp.ts'
import type { User } from '../user-store.ts'
import type { Challenge, Realm, World } from '../world.ts'
import { touch, userIn } from './admin-users.ts'

/** Hands out a secret, to a signed-in user or to one whose sign-in stopped at MFA_SETUP. */
export async function associateSoftwareToken(world: World, input: Input) {
  const { realm, user, session } = await holderOf(world, input)
  if (!realm.pool.totp) throw new AwsError('SoftwareTokenMFANotFoundException', 'Software Token MFA is not enabled for the userPool.')
  const secret = newTotpSecret()
  touch(world, realm, user, { pendingTotp: secret })
  return { SecretCode: secret, ...(session ? { Session: session(false) } : {}) }
}

/** Takes the first code of the new secret; from then on it replaces the old one. */
export async function verifySoftwareToken(world: World, input: Input) {
  const { realm, user, session } = await holderOf(world, input)
  const code = text(input, 'UserCode')
  if (!user.pendingTotp) throw new AwsError('InvalidParameterException', 'No software token has been associated')
  const step = matchingStep(user.pendingTotp, code, world.now())
  if (step === undefined) throw new AwsError('EnableSoftwareTokenMFAException', 'Code mismatch and fail enable Software Token MFA')
  const totp = { secret: user.pendingTotp, verified: true, lastStep: step }
  const mfa = session ? { enabled: true, preferred: true } : user.mfa
  touch(world, realm, user, { totp, mfa, pendingTotp: undefined })
  return { Status: 'SUCCESS', ...(session ? { Session: session(true) } : {}) }
}

export async function setUserMfaPreference(world: World, input: Input) {
  const { realm, user } = await userOfAccessToken(world, text(input, 'AccessToken'), SELF_SERVICE)
  return preferMfa(world, realm, user, input)
}

export async function adminSetUserMfaPreference(world: World, input: Input) {
  const { realm, user } = userIn(world, input)
  return preferMfa(world, realm, user, input)
}

function preferMfa(world: World, realm: Realm, user: User, input: Input) {
  const settings = input.SoftwareTokenMfaSettings as { Enabled?: boolean; PreferredMfa?: boolean } | undefined
  if (!settings) return {}
  if (settings.Enabled && !user.totp?.verified) {
    throw new AwsError('InvalidParameterException', 'User has not verified software token mfa')
  }
  if (settings.PreferredMfa && !settings.Enabled) {
    throw new AwsError('InvalidParameterException', 'Preferred MFA must be enabled')
  }
  touch(world, realm, user, { mfa: { enabled: settings.Enabled === true, preferred: settings.PreferredMfa === true } })
  return {}
}

interface Holder {
  realm: Realm
  user: User
  /** Present for a sign-in under way: the next session, the old one being spent. */
  session?: (setUp: boolean) => string
}

async function holderOf(world: World, input: Input): Promise<Holder> {
  if (input.AccessToken !== undefined) return userOfAccessToken(world, text(input, 'AccessToken'), SELF_SERVICE).then(withoutSession)
  const ticket = text(input, 'Session')
  const challenge = world.challenges.look(ticket)
  const user = challenge?.realm.users.find(challenge.username)
  if (challenge?.name !== 'MFA_SETUP' || !user) throw new AwsError('NotAuthorizedException', 'Invalid session for the user.')
  const session = (setUp: boolean) => {
    world.challenges.take(ticket)
    return world.challenges.issue({ ...challenge, setUp } satisfies Challenge, CHALLENGE_SECONDS)
  }
  return { realm: challenge.realm, user, session }
}

const withoutSession = ({ realm, user }: { realm: Realm; user: User }): Holder => ({ realm, user })
