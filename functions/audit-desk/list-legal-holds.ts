import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { legalHolds, toHold } from '../audit/door.ts'
import { listLegalHolds } from './contract.ts'

export const handler = lists(listLegalHolds, ({ query, tenant }) => find(tenant, legalHolds, { ...query, order: 'descending' }), toHold)
