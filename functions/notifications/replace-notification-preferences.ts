import { preferencesChanged } from '../../events/notifications.ts'
import { serve } from '../../shared/serve/serve.ts'
import { signal } from '../../shared/store/writes.ts'
import { replaceNotificationPreferences } from './contract.ts'
import { keepPreferences, readPreferences } from './preference-store.ts'
import { differenceOf, preferencesOf } from './preferences.ts'

/** What keeps somebody from hearing of a change is itself told. */
export const handler = serve(replaceNotificationPreferences, async ({ tenant, principal, body }) => {
  const { id, firstName, lastName } = principal
  const chosen = preferencesOf(body)
  const changed = differenceOf(await readPreferences(tenant, id), chosen)
  const about = { aggregate: { type: 'user', id, name: `${firstName} ${lastName}` }, data: { userId: id, changed } }
  const told = Object.keys(changed).length > 0 ? [signal({ event: preferencesChanged, ...about })] : []
  return tenant.commit([keepPreferences(tenant.id, id, chosen), ...told], chosen)
})
