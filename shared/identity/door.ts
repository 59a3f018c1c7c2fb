/** What the kernel asks of the room where persons and sessions are kept: nothing else of it is known outside, but to contexts. */
export { isHosted, recordSession } from './first-request.ts'
export { isFresh } from './fresh.ts'
export { closedToProvider, leftWithProvider, providerOf, settledBy, shutBy } from './life-cycle.ts'
export { hasIdled, hasOutlived, isLive, type Session } from './session.ts'
export { noteUse } from './session-use.ts'
