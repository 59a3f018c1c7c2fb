import { signIn } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { readAddress } from './address.ts'
import { login } from './contract.ts'
import { outcomeOf, proceed } from './proceed.ts'
import { readEntrance } from './sign-in.ts'

export const handler = serve(login, async (call) => {
  const { email, password, organizationId } = call.body
  const address = await readAddress(call, email)
  const personId = address.holder?.personId ?? newId('usr')
  const [outcome, entrance] = await Promise.all([
    outcomeOf(signIn(call.meter, personId, password)),
    readEntrance(call, { personId, homeOrganizationId: address.holder?.homeOrganizationId, organizationId }),
  ])
  return proceed(call, { address, outcome, entrance, organizationId, way: { method: 'password', mfa: false } })
})
