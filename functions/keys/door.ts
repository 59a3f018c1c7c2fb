/** The door of this context: what others may ask of it. */
export { type ApiKey, apiKeys, giveKey, goodUntil, takeFromKey } from './api-key.ts'
export { findByHash, findById, noteUse } from './key-store.ts'
export { isSecret } from './secret.ts'
