import { mfaEnabled } from '../../events/identity.ts'
import { Problem, problem } from '../../shared/errors.ts'
import { findPerson, requireEpoch, requireLive } from '../../shared/identity/person-store.ts'
import { withMfa } from '../../shared/identity/session.ts'
import { setTotp, verifyTotp } from '../../shared/identity-challenges.ts'
import { endEnrolment } from '../../shared/identity-provider.ts'
import { seal, unseal } from '../../shared/keyring.ts'
import { serve } from '../../shared/serve/serve.ts'
import { totpStep } from '../../shared/totp.ts'
import { newBackupCodes } from './backup-codes.ts'
import { changeFactor } from './change-factor.ts'
import { verifyMfa } from './contract.ts'
import { holding } from './holding.ts'
import { putBackupCodes, putFactor, readEnrolment } from './second-factor-store.ts'

const ASK_FIRST = 'Ask for a secret first: POST /api/v1/auth/mfa/setup. It is good for ten minutes, in the session that asked for it.'

/** What was sealed when the secret was handed out. */
interface Begun {
  secret: string
  accessToken: string
  refreshToken: string
}

/** Cognito asks for codes before our record demands them: a crash in between leaves nobody out, and nobody unasked. */
export const handler = serve(verifyMfa, async (call) => {
  const { lookups, principal, session, meter, now, body } = call
  const [person, enrolment] = await Promise.all([findPerson(lookups, principal.id), readEnrolment(lookups, principal.id)])
  if (!person) throw problem('NOT_FOUND')
  if (person.mfaEnabled) throw problem('INVALID_TRANSITION', { message: 'The second factor is on already.' })
  if (!enrolment || enrolment.sessionId !== session.id || enrolment.expiresAt <= now)
    throw problem('INVALID_TRANSITION', { message: ASK_FIRST })
  const begun = JSON.parse(unseal('enrolment', principal.id, enrolment.sealed)) as Begun
  const backupCodes = newBackupCodes()
  const lastStep = totpStep(begun.secret, body.code, Date.parse(now)) ?? 0
  const grounds = [requireEpoch(principal.id, person.epoch), requireLive(session)]
  await holding(call, principal.id, grounds, async () => {
    await verifyTotp(meter, begun.accessToken, body.code)
    await setTotp(meter, principal.id, true)
    await changeFactor(call, {
      isOn: true,
      event: mfaEnabled,
      data: { userId: principal.id },
      session: (current) => withMfa(current, true, now),
      codes: [
        putBackupCodes(principal.id, backupCodes, now),
        ...putFactor(principal.id, { sealed: seal('factor', principal.id, begun.secret), lastStep }),
      ],
    }).catch(async (error) => {
      // Nobody is asked for the code of an app that our record does not know.
      if (error instanceof Problem && error.status < 500) await setTotp(meter, principal.id, false)
      throw error
    })
  })
  await endEnrolment(meter, begun.refreshToken)
  return { backupCodes }
})
