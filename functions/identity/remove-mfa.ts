import { mfaDisabled } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { readMemberships } from '../../shared/identity/membership-store.ts'
import { findPerson, requireEpoch, requireLive } from '../../shared/identity/person-store.ts'
import { withMfa } from '../../shared/identity/session.ts'
import { setTotp } from '../../shared/identity-challenges.ts'
import type { Call } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { changeFactor } from './change-factor.ts'
import { removeMfa } from './contract.ts'
import { holding } from './holding.ts'
import { dropFactor } from './second-factor-store.ts'
import { readStanding } from './standing.ts'

/** Who of all that the person belongs to demands the factor: naming another one in the header is no way around it. */
async function demanding({ lookups, enter, organization, principal }: Call<typeof removeMfa>) {
  if (organization.settings.mfaRequired) return organization
  const memberships = await readMemberships(lookups, principal.id)
  const others = memberships.filter(({ organizationId, userStatus }) => userStatus === 'active' && organizationId !== organization.id)
  const standings = await Promise.all(others.map(({ organizationId }) => readStanding(enter(organizationId), principal.id)))
  return standings.find((standing) => standing?.organization.settings.mfaRequired)?.organization
}

/** Our record goes first: a crash in between leaves Cognito asking for codes, never a demand that nobody asks for. Repeating heals it. */
export const handler = serve(removeMfa, async (call) => {
  const { lookups, principal, session, meter, now } = call
  const by = await demanding(call)
  if (by) throw problem('INVALID_TRANSITION', { message: `${by.name} demands a second factor, so it cannot be removed.` })
  const person = await findPerson(lookups, principal.id)
  if (!person) throw problem('NOT_FOUND')
  await holding(call, person.id, [requireEpoch(person.id, person.epoch), requireLive(session)], async () => {
    if (person.mfaEnabled) {
      await changeFactor(call, {
        isOn: false,
        event: mfaDisabled,
        data: { userId: principal.id, how: 'removed' },
        session: (current) => withMfa(current, false, now),
        codes: dropFactor(principal.id),
      })
    }
    await setTotp(meter, principal.id, false)
  })
  return undefined
})
