import { rule as due } from '../../events/due.ts'
import { rule as reconcile } from '../../events/reconcile.ts'
import { rule as relay } from '../../events/relay.ts'
import { context } from '../../shared/context.ts'
import * as contract from './contract.ts'
import * as problems from './problems.ts'

export default context({
  ring: 'identity',
  contract,
  problems,
  tasks: [relay, reconcile, due],
  ids: { fil: 'a file' },
})
