import { serve } from '../../shared/serve/serve.ts'
import { logoutAll } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { openFor } from './open-for.ts'

export const handler = serve(logoutAll, async (call) => {
  const { principal, now, meter, lookups, tenant } = call
  const open = (organizationId: string) => openFor(call, organizationId)
  const ending = { personId: principal.id, reason: 'signed out everywhere', now, meter, lookups, tenant, open }
  return { ended: (await endEverywhere(ending)).sessions }
})
