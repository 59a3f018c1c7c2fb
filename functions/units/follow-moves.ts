import { job } from '../../shared/jobs/rule.ts'
import { runs } from '../../shared/jobs/run.ts'
import { follows, MoveCursor, MoveToFollow } from '../../shared/tree/follow.ts'
import { LISTED, listedNames } from '../../shared/tree/listed.ts'
import { units, unitTree } from './unit.ts'

export const rule = job('units/follow-moves', {
  summary: 'Brings the stored paths of a moved unit, and of all that lies in it, to where they are by now.',
  input: MoveToFollow,
  cursor: MoveCursor,
  reads: ['ORGANIZATION'],
  writes: ['UNIT', ...listedNames],
})

export const handler = runs(rule, follows({ tree: unitTree, nodes: units, listed: LISTED }))
