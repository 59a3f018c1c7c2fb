import { reads } from '../../shared/resource/verbs.ts'
import { getResource } from './contract.ts'
import { resources, toResource } from './resource.ts'

export const handler = reads(getResource, resources, toResource)
