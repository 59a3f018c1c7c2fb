/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */

export { isLive, newestFirst, revoke, type Session, viewOf } from '../../shared/access/session.ts'
export { endSessions, sessions, sessionsOf } from '../../shared/access/session-store.ts'
export { hasYoungReset, type InvitationLink, invitationEnds, mintInvitation, mintReset } from './codes.ts'
export { askForMail, mintMailCode, mintUndo, type WantedMail } from './mail-change.ts'
export type { Login, Membership, OrganizationCard, Person } from './person.ts'
export {
  arrival,
  belongsElsewhere,
  departure,
  findHolder,
  findLogin,
  findMembership,
  findPerson,
  isManagedBy,
  putCard,
  putMembership,
  requireManaged,
} from './person-store.ts'
export { mintCancel, objectToRecovery, readWaiting } from './recovery-request.ts'
export type { Registration } from './registration.ts'
export { findRegistration, mintProof } from './registration-store.ts'
export { slugOf, withSuffix } from './slug.ts'
