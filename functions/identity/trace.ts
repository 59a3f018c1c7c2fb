import { config } from '../../shared/config.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { EventType } from '../../shared/event.ts'
import type { Login } from '../../shared/identity/person.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { Conflict, transact } from '../../shared/store/commit.ts'
import { loginKey } from '../../shared/store/keys.ts'
import { check, signal } from '../../shared/store/writes.ts'

/** What of a public call these steps need. */
export type SignInCall = Pick<PublicCall<Endpoint>, 'client' | 'enter' | 'lookups' | 'meter' | 'now'>

export interface Trace {
  event: EventType
  data: Record<string, unknown>
  /** Within a day, signals that share it are one. */
  fold?: string
}

/** It was noted already, or the address has just been taken. */
const ignoreConflict = (error: unknown) => {
  if (!(error instanceof Conflict)) throw error
}

const nobody = { actorId: 'anonymous', actorKind: 'anonymous' as const, correlationId: '', requestId: '', source: '' }

/**
 * Leaves a signal in the organization that hears of this address. Where nobody has it, a call of the same kind is made,
 * so that the time of the answer does not tell either.
 */
export async function leaveTrace(call: SignInCall, mailHash: string, login: Login | undefined, trace: Trace): Promise<void> {
  if (login) {
    const aggregate = { type: 'user', id: login.personId }
    await call
      .enter(login.organizationId)
      .note(signal({ ...trace, aggregate }))
      .catch(ignoreConflict)
    return
  }
  const context = { tableName: config.tableName, organizationId: '', now: call.now, metadata: nobody }
  const stillUnknown = check(loginKey(mailHash), { expression: 'attribute_not_exists(pk)' }, 'CONFLICT')
  await transact(call.lookups, context, [stillUnknown]).catch(ignoreConflict)
}
