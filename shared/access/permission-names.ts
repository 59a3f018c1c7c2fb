import { covers } from './evaluate.ts'
import { knownPermissions } from './known-permissions.ts'
import { systemRoles } from './system-roles.ts'

/** Which permissions there are: the product's, and beside them an organization's own, for applications of its own. */

const ours: readonly string[] = [...new Set([...Object.keys(knownPermissions), ...systemRoles.flatMap(({ permissions }) => permissions)])]

export const resourceIn = (permission: string) => permission.slice(0, permission.indexOf(':'))

const resources = new Set(ours.map(resourceIn))

/** Is it one of the product's, or does it stand for some of them (`users:*`)? */
export const isOurs = (permission: string) => ours.some((each) => covers(permission, each))

/** Is it of a resource that the product does not know, and so for an organization to define, or all of such a resource (`invoices:*`)? */
export const isOwn = (permission: string) => !resources.has(resourceIn(permission))
