import { mfaDisabled } from '../../events/identity.ts'
import { type Session, withMfa } from '../../shared/access/session.ts'
import { problem } from '../../shared/errors.ts'
import { setTotp } from '../../shared/identity-challenges.ts'
import { serve } from '../../shared/serve/serve.ts'
import { personKey } from '../../shared/store/keys.ts'
import { changeFactor } from './change-factor.ts'
import { removeMfa } from './contract.ts'
import type { Person } from './person.ts'
import { provePassword } from './prove-password.ts'
import { dropBackupCodes } from './second-factor-store.ts'

const FRESH_MS = 15 * 60_000
const PROVE = 'Show that it is you: send your password as "password", or sign in again with your authenticator app.'

const isFresh = ({ mfaAt }: Session, now: string) => mfaAt !== undefined && Date.parse(now) - Date.parse(mfaAt) < FRESH_MS

/** Our record goes first: a crash in between leaves Cognito asking for codes, never a demand that nobody asks for. Repeating heals it. */
export const handler = serve(removeMfa, async (call) => {
  const { lookups, principal, organization, session, meter, now, body } = call
  if (organization.settings.mfaRequired)
    throw problem('INVALID_TRANSITION', { message: `${organization.name} demands a second factor, so it cannot be removed.` })
  const [person] = (await lookups.read([personKey(principal.id)])) as [Person | undefined]
  if (person && body.password !== undefined) await provePassword(call, person, body.password)
  else if (!isFresh(session as Session, now)) throw problem('FORBIDDEN', { message: PROVE })
  if (person?.mfaEnabled) {
    await changeFactor(call, {
      isOn: false,
      event: mfaDisabled,
      data: { userId: principal.id, how: 'removed' },
      session: (current) => withMfa(current, false, now),
      codes: dropBackupCodes(principal.id),
    })
  }
  await setTotp(meter, principal.id, false)
  return undefined
})
