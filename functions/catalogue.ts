import type { Contexts } from '../shared/context.ts'
import * as manifest from '../shared/manifest.ts'
import { contexts as all } from './contexts.ts'

/** What follows from the manifests for the whole product. Names that collide throw as this is loaded. */

const contexts: Contexts = all

/** Every endpoint. Routes, roles, throttles, OpenAPI, client and the dull tests derive from it. */
export const catalogue = manifest.endpointsOf(contexts)
export const schemas = manifest.schemasOf(contexts)
export const events = manifest.eventsOf(contexts)
export const problems = manifest.problemsOf(contexts)
export const reactions = manifest.reactionsOf(contexts)
export const tasks = manifest.tasksOf(contexts)
export const idPrefixes = manifest.idPrefixesOf(contexts)
export const permissions = manifest.permissionsOf(contexts)
export const resourceExamples = manifest.resourceExamplesOf(contexts)
export const requestExamples = manifest.requestExamplesOf(contexts)
export const entities = manifest.entitiesOf(contexts)
export const keeping = manifest.keepingOf(contexts)

/** The rings in the order of their contexts. */
export const rings = [...new Set(Object.values(contexts).map(({ ring }) => ring))]
