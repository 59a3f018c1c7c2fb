/**
 * Whose items are listed under the stored paths of units and groups: moves rewrite those lists. A test holds it against the entities that say
 * `byPlace: 'kept'`.
 */
export const LISTED = [
  { name: 'USER', plural: 'USERS' },
  { name: 'ROLE_ASSIGNMENT', plural: 'ROLE_ASSIGNMENTS' },
  { name: 'RESOURCE', plural: 'RESOURCES' },
] as const

export const listedNames = LISTED.map(({ name }) => name)
