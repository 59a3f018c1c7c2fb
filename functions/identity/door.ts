/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */
export { mintMailCode, mintUndo, type WantedMail } from './mail-change.ts'
export type { Registration } from './registration.ts'
export { findRegistration, mintProof } from './registration-store.ts'
