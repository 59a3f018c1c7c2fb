import type { Endpoint } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import type { Session } from '../../shared/identity/session.ts'
import { endSessions } from '../../shared/identity/session-store.ts'
import type { Call } from '../../shared/serve/call.ts'
import { sessionKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { strip } from '../../shared/store/writes.ts'
import { openFor } from './open-for.ts'

type Caller = Pick<Call<Endpoint>, 'principal' | 'lookups' | 'tenant' | 'meter' | 'now' | 'metadata'>

/** Ends one session of the caller; one that has ended stays as it is. Throws `NOT_FOUND`. */
export const endOne = (call: Caller, sessionId: string, reason: string): Promise<void> =>
  retryConflicts(async () => {
    const [item] = await call.lookups.read([sessionKey(call.principal.id, sessionId)])
    if (!item) throw problem('NOT_FOUND')
    const session = strip<Session>(item)
    if (session.status === 'active') await openFor(call, session.organizationId).commit(endSessions([session], reason, call.now))
  })
