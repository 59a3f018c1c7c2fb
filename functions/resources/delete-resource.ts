import { transitions } from '../../shared/resource/verbs.ts'
import { deleteResource } from './contract.ts'
import { remove, resources } from './resource.ts'

export const handler = transitions(deleteResource, resources, (resource, { now }) => remove(resource, now))
