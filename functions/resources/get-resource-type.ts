import { reads } from '../../shared/resource/verbs.ts'
import { getResourceType } from './contract.ts'
import { resourceTypes, toType } from './resource-type.ts'

export const handler = reads(getResourceType, resourceTypes, toType)
