import { problem } from '../../shared/errors.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { reapproveUser } from './contract.ts'
import { asMighty } from './granting.ts'
import { toUser } from './present-user.ts'
import { reapprove } from './user.ts'
import { users } from './user-store.ts'

export const handler = transitions(
  reapproveUser,
  users,
  async (user, { principal, lookups, now }) => {
    if (user.id === principal.id) throw problem('FORBIDDEN', { message: 'Nobody approves themselves. Ask another administrator.' })
    const person = await findPerson(lookups, user.id)
    return reapprove(user, now, { since: person?.approvalsVoidAt })
  },
  toUser,
  { requires: asMighty('approve') },
)
