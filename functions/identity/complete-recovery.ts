import { beginRecovery, isUnderWay, readWaiting, requireDue } from '../../shared/identity/recovery-request.ts'
import { newId } from '../../shared/ids.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { type Address, readAddress } from './address.ts'
import { completeRecovery } from './contract.ts'
import { provePasswordOf, recoverBy } from './finish-recovery.ts'
import { recordingRefusal } from './proceed.ts'

type Completing = PublicCall<typeof completeRecovery>

/**
 * The password is proven and the wait is over. What is written outlasts a crash: from here on nobody signs in but by repeating this, since
 * our record goes on demanding the second factor that Cognito is about to ask for no more; and nobody objects any more.
 */
async function begin(call: Completing, address: Address): Promise<string> {
  const { lookups, now } = call
  const personId = address.holder?.personId ?? newId('usr')
  const waiting = await provePasswordOf(call, address, personId, readWaiting(lookups, personId, now))
  if (isUnderWay(waiting)) return personId
  await recordingRefusal(call, address, async () => {
    const request = requireDue(waiting, now)
    await call.enter(address.holder?.organizationId ?? '').commit(beginRecovery(personId, request, now))
  })
  return personId
}

export const handler = serve(completeRecovery, async (call) => {
  const address = await readAddress(call, call.body.email, call.body.deviceToken)
  return recoverBy(call, address, await begin(call, address), 'waiting')
})
