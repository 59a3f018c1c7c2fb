import { mfaRecovered } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { setTotp } from '../../shared/identity-challenges.ts'
import { revokeTokens, signIn } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { signal } from '../../shared/store/writes.ts'
import { actorIn } from './actor.ts'
import { type Address, readAddress, refuse } from './address.ts'
import { backupCodeHash } from './backup-codes.ts'
import { recoverMfa } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { outcomeOf, proceed, provenBy } from './proceed.ts'
import { dropFactor, finishRecovery, putRecovery, readSecondFactor, type SecondFactor, spendBackupCode } from './second-factor-store.ts'
import { type Proof, readEntrance } from './sign-in.ts'

type Recovering = PublicCall<typeof recoverMfa>

const WRONG = 'This backup code is wrong or was used already.'

const NOT_YET = 'Choose a new password first: sign in with this one, then come back.'

interface Proven {
  personId: string
  /** Of the backup code. */
  hash: string
  factor: SecondFactor
}

/** Password and code are proven, or the refusal tells which is not; a wrong code counts as a wrong password does. */
async function prove(call: Recovering, address: Address): Promise<Proven> {
  const { password, backupCode } = call.body
  const personId = address.holder?.personId ?? newId('usr')
  const [outcome, factor] = await Promise.all([outcomeOf(signIn(call.meter, personId, password)), readSecondFactor(call.lookups, personId)])
  const proof = await provenBy(call, address, outcome)
  // Tokens are given at the end, from a sign-in of their own.
  if ('tokens' in proof) await revokeTokens(call.meter, proof.tokens.refreshToken)
  else if (proof.challenge !== 'SOFTWARE_TOKEN_MFA') return refuse(call, address, problem('FORBIDDEN', { message: NOT_YET }))
  const hash = backupCodeHash(backupCode, personId)
  const isGood = factor.recovery?.hash === hash || factor.backupCodes?.unused[hash] === true
  return isGood ? { personId, hash, factor } : refuse(call, address, problem('INVALID_CODE', { message: WRONG }))
}

/**
 * What stands first outlasts a crash: from here on nobody signs in but by repeating this with the same code, since our record goes on
 * demanding the second factor that Cognito is about to ask for no more.
 */
const begin = (call: Recovering, personId: string, organizationId: string, hash: string) =>
  call.enter(organizationId).commit([spendBackupCode(personId, hash), putRecovery(personId, hash, call.now)])

export const handler = serve(recoverMfa, async (call) => {
  const { lookups, meter, now, body } = call
  const address = await readAddress(call, body.email, body.deviceToken)
  const { personId, hash, factor } = await prove(call, address)
  const here = address.holder?.organizationId ?? ''
  if (factor.recovery?.hash !== hash) await begin(call, personId, here, hash)
  const [actor] = await Promise.all([actorIn(call, here, personId), setTotp(meter, personId, false)])
  const open = (organizationId: string) => call.enter(organizationId, actor)
  const { epoch } = await endEverywhere({ personId, reason: 'second factor was recovered', now, meter, lookups, tenant: open(here), open })
  const [outcome, entrance] = await Promise.all([
    outcomeOf(signIn(meter, personId, body.password)),
    readEntrance(call, { personId, likelyOrganizationId: here, organizationId: undefined }),
  ])
  const about = { aggregate: { type: 'user', id: personId }, data: { userId: personId, how: 'backup_code' } }
  const proof: Proof = {
    ...{ method: 'password+backup_code', mfa: false, epoch, person: { mfaEnabled: false } },
    alongside: [finishRecovery(personId), ...dropFactor(personId), signal({ event: mfaRecovered, ...about })],
  }
  const reply = await proceed(call, { address, outcome, entrance, organizationId: undefined, deviceToken: body.deviceToken, proof })
  if (reply.mfaRequired) throw problem('UNAVAILABLE')
  return reply
})
