import { transitions } from '../../shared/resource/verbs.ts'
import { legalHolds, releaseHold, toHold } from '../audit/door.ts'
import { releaseLegalHold } from './contract.ts'

export const handler = transitions(
  releaseLegalHold,
  legalHolds,
  (hold, { body, actor, now }) => releaseHold(hold, { ...body, by: actor.id }, now),
  toHold,
)
