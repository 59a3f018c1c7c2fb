import * as events from '../../events/units.ts'
import { context } from '../../shared/context.ts'
import { examplesOf, sampleId } from '../../shared/examples.ts'
import * as contract from './contract.ts'
import { rule as followMoves } from './follow-moves.ts'
import { rule as onUnitChanged } from './on-unit-changed.ts'
import * as problems from './problems.ts'
import { units } from './unit.ts'

export default context({
  ring: 'organization',
  contract,
  events,
  problems,
  reactions: [onUnitChanged, followMoves],
  entities: [units],
  keeps: { UNIT_NAMES: {} },
  ids: { unit: 'a unit of an organization' },
  permissions: {
    'units:create': 'Make units, bring others to lie under them, and say who looks after them.',
    'units:read': 'See the units of the organization.',
    'units:update': 'Rename units, move them, and give them to somebody else to look after.',
    'units:delete': 'Remove units.',
  },
  examples: examplesOf(contract, {
    resources: { unit: { madeBy: 'createUnit' } },
    requests: {
      createUnit: { body: { name: 'Research', description: 'Compilers and languages', ownerId: sampleId('usr') } },
      moveUnit: { body: { newParentId: null } },
      updateUnit: { body: { description: 'Compilers only' } },
    },
  }),
})
