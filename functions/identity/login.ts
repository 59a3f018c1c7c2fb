import { Problem, problem } from '../../shared/errors.ts'
import { type Challenge, refreshTokens, revokeTokens, type SignedIn, signIn } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import { policy } from '../../shared/serve/admit.ts'
import { serve } from '../../shared/serve/serve.ts'
import { toUser } from '../users/reads.ts'
import { readAddress, refuse } from './address.ts'
import { login } from './contract.ts'
import { beginSession, type Entrance, readEntrance } from './sign-in.ts'
import { refusalOf } from './standing.ts'

function stepMissing({ challenge }: Challenge): Problem {
  const message = 'This sign-in takes a further step that is not offered here yet.'
  return problem(challenge.includes('MFA') ? 'MFA_REQUIRED' : 'FORBIDDEN', { message, details: { challenge } })
}

/** What stands against somebody who gave the right password; without a wish, no place left is an account that was closed. */
const objectionTo = (entrance: Entrance | undefined, wanted: string | undefined): Problem | undefined =>
  entrance?.standing ? refusalOf(entrance.standing) : problem(wanted ? 'NOT_FOUND' : 'ACCOUNT_DISABLED')

export const handler = serve(login, async (call) => {
  const { body, meter } = call
  const address = await readAddress(call, body.email)
  const personId = address.holder?.personId ?? newId('usr')
  const [proof, entrance] = await Promise.all([
    signIn(meter, personId, body.password).catch((error: unknown) => error as Error),
    readEntrance(call, { personId, homeOrganizationId: address.holder?.homeOrganizationId, organizationId: body.organizationId }),
  ])
  if (proof instanceof Problem && proof.status < 500) return refuse(call, address, proof)
  if (proof instanceof Error) throw proof
  if ('challenge' in proof) return refuse(call, address, stepMissing(proof))
  const { user, session, organization } = await enter(proof, entrance)
  // Tokens name the default organization; they are made anew when the person has just chosen another.
  const { tokens } =
    entrance?.person.defaultOrganizationId === organization.id ? proof : await refreshTokens(meter, proof.tokens.refreshToken)
  const mfaSetupRequired = organization.settings.mfaRequired === true && !session.mfa
  return { mfaRequired: false as const, mfaSetupRequired, user: toUser(user, policy), tokens }

  async function enter(proven: SignedIn, place: Entrance | undefined) {
    try {
      const objection = objectionTo(place, body.organizationId)
      if (objection || !place) return await refuse(call, address, objection ?? problem('ACCOUNT_DISABLED'))
      return await beginSession(call, {
        entrance: place,
        proof: proven,
        mailHash: address.hash,
        hadFailures: address.attempts !== undefined,
      })
    } catch (error) {
      await revokeTokens(meter, proven.tokens.refreshToken)
      throw error
    }
  }
})
