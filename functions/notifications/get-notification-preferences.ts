import { serve } from '../../shared/serve/serve.ts'
import { getNotificationPreferences } from './contract.ts'
import { readPreferences } from './preference-store.ts'

export const handler = serve(getNotificationPreferences, ({ tenant, principal }) => readPreferences(tenant, principal.id))
