import { context } from '../../shared/context.ts'
import { auditEntries } from './audit-store.ts'
import * as contract from './contract.ts'
import { examples } from './examples.ts'
import { rule as onAnyEvent } from './on-any-event.ts'

export default context({
  ring: 'organization',
  contract,
  examples,
  reactions: [onAnyEvent],
  entities: [auditEntries],
  ids: { aud: 'an entry of the audit trail', evt: 'an event' },
  permissions: {
    'audit:read': 'Read the audit trail.',
  },
})
