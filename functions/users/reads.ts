/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */
export { addUser } from './add-user.ts'
export { requireAdministrator } from './administrators.ts'
export { grantsAdministration, requireVerified } from './granting.ts'
export { commitInvited } from './invitation-store.ts'
export { toUser } from './present-user.ts'
export { commitShutOut } from './shut-out.ts'
export {
  invite,
  join,
  leave,
  type NewUser,
  personOf,
  register,
  registerAgain,
  showMfa,
  signedIn,
  type User,
  verifyEmail,
  withMail,
  withMfa,
} from './user.ts'
export { findUsers, users } from './user-store.ts'
