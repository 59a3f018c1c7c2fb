/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */

export { isLive, newestFirst, revoke, type Session, viewOf } from '../../shared/access/session.ts'
export { endSessions, sessions, sessionsOf } from '../../shared/access/session-store.ts'
export { type Invitation, invitationEnds, mintInvitation, mintReset, mintVerification } from './codes.ts'
export type { Login, Membership, OrganizationCard, Person } from './person.ts'
export { findLogin, putCard, putMembership, requireHome, takeMail } from './person-store.ts'
export { slugOf, withSuffix } from './slug.ts'
