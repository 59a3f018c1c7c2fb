import * as z from 'zod'
import { eventType } from '../shared/event.ts'

const none = z.object({})

export const auditSearchCreated = eventType('audit_search.created', { summary: 'A search of the audit trail was saved.', data: none })
export const auditSearchUpdated = eventType('audit_search.updated', { summary: 'A saved search of the audit trail changed.', data: none })
export const auditSearchDeleted = eventType('audit_search.deleted', {
  summary: 'A saved search of the audit trail was removed.',
  data: none,
})
