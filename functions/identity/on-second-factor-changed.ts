import { mfaDisabled, mfaEnabled, mfaRecovered } from '../../events/identity.ts'
import { readPerson } from '../../shared/identity/person-store.ts'
import { type ReactionCall, react, reaction } from '../../shared/react.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save } from '../../shared/store/writes.ts'
import { showMfa, type User, users } from '../users/door.ts'

export const rule = reaction('identity/on-second-factor-changed', {
  on: [mfaEnabled, mfaDisabled, mfaRecovered],
  summary: 'Shows in every organization of a person whether they have a second factor.',
  writes: ['USER'],
  lookupReads: ['PERSON', 'MEMBERSHIP'],
})

/** It shows what holds now, so the order of events does not matter. */
function show({ enter, now }: ReactionCall, organizationId: string, userId: string, isOn: boolean): Promise<void> {
  const tenant = enter(organizationId)
  return retryConflicts(async () => {
    const user = await tenant.get<User>(users, userId)
    if (user && !user.deletedAt && user.mfaEnabled !== isOn) await tenant.commit(save(users, showMfa(user, isOn, now)))
  })
}

export const handler = react(rule, async (call) => {
  const userId = String(call.event.data.userId)
  const { person, memberships } = await readPerson(call.lookups, userId)
  for (const { organizationId } of memberships) await show(call, organizationId, userId, person?.mfaEnabled === true)
})
