import { lists } from '../../shared/resource/verbs.ts'
import { activityPage, toActivity } from '../audit/door.ts'
import { listActivityLogs } from './contract.ts'

export const handler = lists(listActivityLogs, ({ query, tenant }) => activityPage(tenant, query), toActivity)
