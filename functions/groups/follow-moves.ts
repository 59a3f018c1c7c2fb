import { job } from '../../shared/jobs/rule.ts'
import { runs } from '../../shared/jobs/run.ts'
import { follows, MoveCursor, MoveToFollow } from '../../shared/tree/follow.ts'
import { LISTED, listedNames } from '../../shared/tree/listed.ts'
import { groups, groupTree } from './group.ts'

export const rule = job('groups/follow-moves', {
  summary: 'Brings the stored paths of a moved group, of all below it and of who is in them, to where they are by now.',
  input: MoveToFollow,
  cursor: MoveCursor,
  reads: ['ORGANIZATION'],
  writes: ['GROUP', ...listedNames],
})

export const handler = runs(rule, follows({ tree: groupTree, nodes: groups, listed: LISTED }))
