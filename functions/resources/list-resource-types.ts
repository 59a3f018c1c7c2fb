import { find } from '../../shared/resource/find.ts'
import { lists } from '../../shared/resource/verbs.ts'
import { listResourceTypes } from './contract.ts'
import { resourceTypes, toType } from './resource-type.ts'

export const handler = lists(listResourceTypes, ({ query, tenant }) => find(tenant, resourceTypes, query), toType)
