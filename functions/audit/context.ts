import * as events from '../../events/audit.ts'
import { context } from '../../shared/context.ts'
import { auditEntries } from './audit-store.ts'
import * as contract from './contract.ts'
import { examples } from './examples.ts'
import { rule as exportEntries } from './export-entries.ts'
import { legalHolds } from './legal-hold.ts'
import { rule as onAnyEvent } from './on-any-event.ts'
import { rule as onRetentionDue } from './on-retention-due.ts'
import * as problems from './problems.ts'

export default context({
  ring: 'organization',
  contract,
  examples,
  events,
  problems,
  reactions: [onAnyEvent, exportEntries, onRetentionDue],
  entities: [auditEntries, legalHolds],
  ids: { aud: 'an entry of the audit trail', evt: 'an event', hld: 'a legal hold' },
  permissions: {
    'audit:read': 'Read the audit trail.',
    'audit:create': 'Put what happens in applications of your own on record.',
    'audit:export': 'Take the audit trail away as files.',
    'audit:hold': 'Demand that nothing of the audit trail go, and lift that again.',
    'audit:share': 'Share saved searches, and change or remove those that others share.',
  },
})
