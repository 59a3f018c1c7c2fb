/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */
export type { Login, Membership, Person } from './person.ts'
export { revoke, type Session } from './session.ts'
export { sessions } from './session-store.ts'
