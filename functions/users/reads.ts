/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */
export { type NewUser, personOf, register, signedIn, type User } from './user.ts'
export { users } from './user-store.ts'
