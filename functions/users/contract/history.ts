import { endpoint } from '../../../shared/endpoint.ts'
import { HistoryEvent, historyEndpoint } from '../../../shared/resource/history-event.ts'
import { AuditEntry } from '../../audit/contract.ts'
import { page, params } from './fields.ts'

export { HistoryEvent }

export const listUserHistory = historyEndpoint({ route: 'GET /api/v1/users/{id}/history', of: 'a user', params, entity: 'USER' })

export const listUserActivity = endpoint({
  route: 'GET /api/v1/users/{id}/activity',
  summary: 'Lists what a user did, newest first: their entries in the audit log.',
  permission: 'audit:read',
  params,
  query: page,
  reply: AuditEntry,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['USER', 'AUDIT'],
})
