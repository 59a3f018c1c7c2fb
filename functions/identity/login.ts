import { signIn } from '../../shared/identity-provider.ts'
import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { readAddress } from './address.ts'
import { login } from './contract.ts'
import { outcomeOf, proceed } from './proceed.ts'
import { readEntrance } from './sign-in.ts'

export const handler = serve(login, async (call) => {
  const { email, password, organizationId, deviceToken } = call.body
  const address = await readAddress(call, email, deviceToken)
  const personId = address.holder?.personId ?? newId('usr')
  const [outcome, entrance] = await Promise.all([
    outcomeOf(signIn(call.meter, personId, password)),
    readEntrance(call, { personId, likelyOrganizationId: address.holder?.organizationId, organizationId }),
  ])
  return proceed(call, { address, outcome, entrance, organizationId, deviceToken, proof: { method: 'password', mfa: false } })
})
