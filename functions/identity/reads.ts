/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */

export { isLive, newestFirst, revoke, type Session, viewOf } from '../../shared/access/session.ts'
export { endSessions, sessions, sessionsOf } from '../../shared/access/session-store.ts'
export { type InvitationLink, invitationEnds, mintInvitation, mintReset } from './codes.ts'
export type { Login, Membership, OrganizationCard, Person } from './person.ts'
export {
  arrival,
  departure,
  findLogin,
  findPerson,
  isManagedBy,
  putCard,
  putMembership,
  requireManaged,
} from './person-store.ts'
export { slugOf, withSuffix } from './slug.ts'
