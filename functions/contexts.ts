import access from './access/context.ts'
import accessRequests from './access-requests/context.ts'
import audit from './audit/context.ts'
import auditDesk from './audit-desk/context.ts'
import decisions from './decisions/context.ts'
import groups from './groups/context.ts'
import history from './history/context.ts'
import identity from './identity/context.ts'
import jobs from './jobs/context.ts'
import keys from './keys/context.ts'
import notifications from './notifications/context.ts'
import organizations from './organizations/context.ts'
import proofs from './proofs/context.ts'
import resources from './resources/context.ts'
import system from './system/context.ts'
import technicians from './technicians/context.ts'
import units from './units/context.ts'
import users from './users/context.ts'

/** Every context of the product, in the order in which people read of them. `catalogue.ts` derives the rest; no function imports this. */
export const contexts = {
  identity,
  organizations,
  users,
  units,
  groups,
  access,
  keys,
  technicians,
  resources,
  decisions,
  accessRequests,
  audit,
  auditDesk,
  history,
  proofs,
  notifications,
  jobs,
  system,
}
