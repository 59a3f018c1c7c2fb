import { mergePatch } from '../../shared/merge-patch.ts'
import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { setLocale, toUser, userOf, users } from '../users/door.ts'
import { updateMe } from './contract.ts'

export const handler = serve(updateMe, async (call) => {
  const user = userOf(call.principal)
  const { locale } = mergePatch({ locale: user.locale }, call.body)
  const change = setLocale(user, locale, call.now)
  const reply = await call.policy.ask((policy) => toUser(change?.after ?? user, { policy }))
  return change ? call.tenant.commit(save(users, change), reply) : reply
})
