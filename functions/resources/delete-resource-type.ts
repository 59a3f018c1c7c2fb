import { transitions } from '../../shared/resource/verbs.ts'
import { deleteResourceType } from './contract.ts'
import { removeType, resourceTypes } from './resource-type.ts'

export const handler = transitions(deleteResourceType, resourceTypes, (type, { now }) => removeType(type, now))
