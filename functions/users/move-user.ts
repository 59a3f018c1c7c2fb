import { problem } from '../../shared/errors.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { moveUser } from './contract.ts'
import { asMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { moveTo } from './user.ts'
import { users } from './user-store.ts'

/** Whoever looks after the place they go to may do more with them there, so it takes what a new user takes there. */
export const handler = transitions(
  moveUser,
  users,
  async (user, { body, access, now }) => {
    const unitId = body.unitId ?? undefined
    const place = unitId === undefined ? undefined : { type: 'user', unitId }
    if (!(await access.allowed('users:create', place))) {
      const where = unitId === undefined ? 'the organization as a whole' : 'that unit'
      throw problem('FORBIDDEN', { message: `You may not bring users into ${where}.`, details: { missing: 'users:create' } })
    }
    return moveTo(user, unitId, now)
  },
  toUser,
  { requires: asMighty('move') },
)
