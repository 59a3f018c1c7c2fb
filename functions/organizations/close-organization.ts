import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { scheduleClosing } from './closing.ts'
import { keepDue } from './closing-store.ts'
import { closeOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

export const handler = serve(closeOrganization, { resource: organizations }, ({ resource, body, tenant, now }) => {
  const change = scheduleClosing(resource, now, body.reason)
  return tenant.commit([save(organizations, change), keepDue(change.after)], toOrganization(change.after, now))
})
