import { named } from '../shared/endpoint.ts'
import * as audit from './audit/contract.ts'
import * as identity from './identity/contract.ts'
import * as notifications from './notifications/contract.ts'
import * as organizations from './organizations/contract.ts'
import * as system from './system/contract.ts'
import * as users from './users/contract.ts'

/** Every endpoint of the product. Routes, roles, throttles, OpenAPI, client, permissions and the dull tests derive from it. */
export const catalogue = named({ identity, organizations, users, audit, notifications, system })
