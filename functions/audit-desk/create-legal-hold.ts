import { creates } from '../../shared/resource/verbs.ts'
import { legalHolds, placeHold, toHold } from '../audit/door.ts'
import { createLegalHold } from './contract.ts'

export const handler = creates(
  createLegalHold,
  legalHolds,
  ({ body, tenant, actor, now }) => placeHold(tenant.id, { ...body, by: actor.id }, now),
  toHold,
)
