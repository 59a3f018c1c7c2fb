import * as unitEvents from '../../events/units.ts'
import { react, reaction } from '../../shared/react.ts'
import { keepsLists } from '../../shared/resource/lists.ts'
import { units } from './unit.ts'

export const rule = reaction('units/on-unit-changed', {
  on: Object.values(unitEvents),
  summary: 'Keeps the search and the lists by owner as the units are.',
  writes: ['UNIT'],
})

export const handler = react(rule, keepsLists(units))
