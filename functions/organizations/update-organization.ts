import { problem } from '../../shared/errors.ts'
import { mergePatch } from '../../shared/merge-patch.ts'
import { detailsOf as fieldsOf } from '../../shared/serve/incoming.ts'
import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { Details, updateOrganization } from './contract.ts'
import { detailsOf, update } from './organization.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

export const handler = serve(updateOrganization, { resource: organizations }, async ({ resource, body, tenant, now }) => {
  const details = mergePatch(detailsOf(resource), body)
  const patched = { ...details, settings: details.settings ?? {} }
  const whole = Details.safeParse(patched)
  if (!whole.success) throw problem('VALIDATION_ERROR', { details: fieldsOf(whole.error) })
  const change = update(resource, patched, now)
  if (!change) return toOrganization(resource)
  await tenant.commit(save(organizations, change))
  return toOrganization(change.after)
})
