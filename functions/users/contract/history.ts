import { endpoint } from '../../../shared/endpoint.ts'
import { HistoryEvent } from '../../../shared/resource/history-event.ts'
import { AuditEntry } from '../../audit/contract.ts'
import { page, params } from './fields.ts'

export { HistoryEvent }

export const listUserHistory = endpoint({
  route: 'GET /api/v1/users/{id}/history',
  summary: 'Lists everything that happened to a user, newest first.',
  permission: 'audit:read',
  params,
  query: page,
  reply: HistoryEvent,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['USER'],
})

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
