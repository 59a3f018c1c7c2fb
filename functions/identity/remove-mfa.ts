import { mfaDisabled } from '../../events/identity.ts'
import { withMfa } from '../../shared/access/session.ts'
import { problem } from '../../shared/errors.ts'
import { setTotp } from '../../shared/identity-challenges.ts'
import { serve } from '../../shared/serve/serve.ts'
import { changeFactor } from './change-factor.ts'
import { removeMfa } from './contract.ts'
import { findPerson } from './person-store.ts'
import { dropFactor } from './second-factor-store.ts'

/** Our record goes first: a crash in between leaves Cognito asking for codes, never a demand that nobody asks for. Repeating heals it. */
export const handler = serve(removeMfa, async (call) => {
  const { lookups, principal, organization, meter, now } = call
  if (organization.settings.mfaRequired)
    throw problem('INVALID_TRANSITION', { message: `${organization.name} demands a second factor, so it cannot be removed.` })
  const person = await findPerson(lookups, principal.id)
  if (person?.mfaEnabled) {
    await changeFactor(call, {
      isOn: false,
      event: mfaDisabled,
      data: { userId: principal.id, how: 'removed' },
      session: (current) => withMfa(current, false, now),
      codes: dropFactor(principal.id),
    })
  }
  await setTotp(meter, principal.id, false)
  return undefined
})
