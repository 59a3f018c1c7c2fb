/** The door of this context: what others may ask of it. */
export { factsOf, type Resource, resourceIdOf, resources } from './resource.ts'
export { type ResourceType, resourceTypes, typeIdOf } from './resource-type.ts'
