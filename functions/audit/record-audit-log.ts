import { applicationRecorded } from '../../events/audit.ts'
import { isKnown } from '../../events/known.ts'
import { problem } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { auditId } from '../../shared/store/audit-keys.ts'
import { signal } from '../../shared/store/writes.ts'
import { APPLICATION } from './audit-lists.ts'
import { recordAuditLog } from './contract.ts'

/** It goes the way of every event, so it is listed, proven and kept as all else on record. */
export const handler = serve(recordAuditLog, ({ body, tenant, now }) => {
  const { resource, ...data } = body
  if (isKnown(body.action)) {
    const message = `${body.action} is an event of Tessera itself. Name what happened in your application by a word of its own.`
    throw problem('VALIDATION_ERROR', { message, details: { action: message } })
  }
  const id = newId('evt', Date.parse(now))
  const about = { type: typeOf(body.action), id: resource.id, ...(resource.name ? { name: resource.name } : {}) }
  const reply = { id: auditId(id), action: APPLICATION + body.action, timestamp: now }
  return tenant.commit(signal({ event: applicationRecorded, id, aggregate: about, data }), reply)
})

/** An action names first what it happened to. */
const typeOf = (action: string) => APPLICATION + action.slice(0, action.lastIndexOf('.'))
