import type * as z from 'zod'
import { named } from '../shared/endpoint.ts'
import * as access from './access/contract.ts'
import * as audit from './audit/contract.ts'
import * as identity from './identity/contract.ts'
import * as notifications from './notifications/contract.ts'
import * as organizations from './organizations/contract.ts'
import * as system from './system/contract.ts'
import * as users from './users/contract.ts'

const contexts = { identity, organizations, users, access, audit, notifications, system }

/** Every endpoint of the product. Routes, roles, throttles, OpenAPI, client, permissions and the dull tests derive from it. */
export const catalogue = named(contexts)

/** The schemas that contracts export, by their name: `User`, `NewUser`, … */
export const schemas = new Map(
  Object.values(contexts as Record<string, Record<string, unknown>>)
    .flatMap((exports) => Object.entries(exports))
    .filter((entry): entry is [string, z.ZodType] => typeof entry[1] === 'object' && entry[1] !== null && '_zod' in entry[1]),
)
