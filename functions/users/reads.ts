/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */
export { toUser } from './present-user.ts'
export { invite, join, type NewUser, personOf, register, signedIn, type User, verifyEmail, withMfa } from './user.ts'
export { users } from './user-store.ts'
