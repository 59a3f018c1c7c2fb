import { resourceCreated, resourceDeleted, resourceUpdated } from '../../events/resources.ts'
import { react, reaction } from '../../shared/react.ts'
import { keepsLists } from '../../shared/resource/lists.ts'
import { resources } from './resource.ts'

export const rule = reaction('resources/on-resource-changed', {
  on: [resourceCreated, resourceUpdated, resourceDeleted],
  summary: 'Keeps the list of registered things by where they lie.',
  reads: ['ORGANIZATION', 'UNIT', 'GROUP'],
  writes: ['RESOURCE'],
})

export const handler = react(rule, keepsLists(resources))
