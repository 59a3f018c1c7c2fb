import { mergePatch } from '../../shared/merge-patch.ts'
import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { setLocale, toUser, userOf, users } from '../users/door.ts'
import { updateMe } from './contract.ts'

export const handler = serve(updateMe, async (call) => {
  const user = userOf(call.principal)
  const { locale } = mergePatch({ locale: user.locale }, call.body)
  const change = setLocale(user, locale, call.now)
  return change ? call.tenant.commit(save(users, change), toUser(change.after, call)) : toUser(user, call)
})
