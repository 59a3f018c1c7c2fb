import { mfaEnabled } from '../../events/identity.ts'
import { withMfa } from '../../shared/access/session.ts'
import { problem } from '../../shared/errors.ts'
import { setTotp, verifyTotp } from '../../shared/identity-challenges.ts'
import { serve } from '../../shared/serve/serve.ts'
import { personKey } from '../../shared/store/keys.ts'
import { newBackupCodes } from './backup-codes.ts'
import { bearerOf } from './bearer.ts'
import { changeFactor } from './change-factor.ts'
import { verifyMfa } from './contract.ts'
import type { Person } from './person.ts'
import { putBackupCodes } from './second-factor-store.ts'

/** Cognito asks for codes before our record demands them: a crash in between leaves nobody out, and nobody unasked. */
export const handler = serve(verifyMfa, async (call) => {
  const { lookups, principal, meter, now, headers, body } = call
  const [person] = (await lookups.read([personKey(principal.id)])) as [Person | undefined]
  if (person?.mfaEnabled) throw problem('INVALID_TRANSITION', { message: 'The second factor is on already.' })
  await verifyTotp(meter, bearerOf(headers), body.code)
  await setTotp(meter, principal.id, true)
  const backupCodes = newBackupCodes()
  await changeFactor(call, {
    isOn: true,
    event: mfaEnabled,
    data: { userId: principal.id },
    session: (session) => withMfa(session, true, now),
    codes: putBackupCodes(principal.id, backupCodes, now),
  })
  return { backupCodes }
})
