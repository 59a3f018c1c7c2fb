/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */
export { close, type Joiner, joinAs } from './acceptance.ts'
export { addUser } from './add-user.ts'
export { requireAdministrator, requireUser } from './administrators.ts'
export { grantsAdministration, requireAsMighty, requireNothingOpened, rolesFor } from './granting.ts'
export { giveUser, holdings, joinGroup, leaveGroup, MOST_ASSIGNMENTS, takeFromUser, whatIs } from './holdings.ts'
export { commitInvited } from './invitation-store.ts'
export { giveUnit, takeUnit } from './owned-units.ts'
export { toUser } from './present-user.ts'
export { ALREADY_ASSIGNED, LAST_ADMIN, ROLE_UNKNOWN, TOO_MANY_ASSIGNMENTS, TOO_MANY_GROUPS } from './problems.ts'
export { commitShutOut } from './shut-out.ts'
export {
  awaitsReapproval,
  endMembership,
  invite,
  isAdministrator,
  join,
  leave,
  type NewUser,
  personOf,
  reapprove,
  register,
  registerAgain,
  requireReapproval,
  showMfa,
  signedIn,
  type User,
  userOf,
  withdraw,
  withMail,
  withMfa,
} from './user.ts'
export { setLocale } from './user-details.ts'
export { findAfter, findUsers, users } from './user-store.ts'
