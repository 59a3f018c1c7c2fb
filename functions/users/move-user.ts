import type { Scope } from '../../shared/access/model.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { requireAllowed } from '../../shared/serve/access.ts'
import { requireNoGain } from '../../shared/serve/granting.ts'
import { moveUser } from './contract.ts'
import { asMighty, requireNothingOpened } from './granting.ts'
import { toUser } from './present-user.ts'
import { moveTo } from './user.ts'
import { users } from './user-store.ts'

const placeOf = (unitId: string | undefined): Scope => (unitId ? { type: 'unit', id: unitId } : { type: 'organization' })

/** Whoever looks after the place they go to may do more with them there, so it takes what a new user takes there. */
export const handler = transitions(
  moveUser,
  users,
  async (user, call) => {
    const { body, access, now } = call
    const unitId = body.unitId ?? undefined
    const [place, where] = unitId ? [{ type: 'user', unitId }, 'that unit'] : [undefined, 'the organization as a whole']
    await requireAllowed(
      access,
      'users:create',
      place,
      `You may not bring users into ${where}: it takes the permission users:create there.`,
    )
    const from = { moved: placeOf(user.unitId), place: placeOf(unitId), over: 'users' }
    await requireNoGain(call, from, 'Nobody gains a user by bringing them where they may do more.')
    const change = moveTo(user, unitId, now)
    if (change) await requireNothingOpened(call, user, change.after)
    return change
  },
  toUser,
  { requires: asMighty('move') },
)
