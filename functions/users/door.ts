/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */
export { close, type Joiner, joinAs } from './acceptance.ts'
export { addUser } from './add-user.ts'
export { requireAdministrator, requireUser } from './administrators.ts'
export { grantsAdministration } from './granting.ts'
export { commitInvited } from './invitation-store.ts'
export { toUser } from './present-user.ts'
export { LAST_ADMIN } from './problems.ts'
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
