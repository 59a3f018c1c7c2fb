import { serve } from '../../shared/serve/serve.ts'
import { replaceNotificationPreferences } from './contract.ts'
import { keepPreferences } from './preference-store.ts'
import { preferencesOf } from './preferences.ts'

export const handler = serve(replaceNotificationPreferences, ({ tenant, principal, body }) => {
  const chosen = preferencesOf(body)
  return tenant.commit(keepPreferences(tenant.id, principal.id, chosen), chosen)
})
