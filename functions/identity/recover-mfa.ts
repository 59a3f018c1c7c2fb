import { problem } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { type Address, readAddress, refuse } from './address.ts'
import { backupCodeHash } from './backup-codes.ts'
import { recoverMfa } from './contract.ts'
import { provePasswordOf, recoverBy } from './finish-recovery.ts'
import { putRecovery, readSecondFactor, spendBackupCode } from './second-factor-store.ts'

type Recovering = PublicCall<typeof recoverMfa>

const WRONG = 'This backup code is wrong or was used already.'

/**
 * Password and code are proven, or the refusal tells which is not; a wrong code counts as a wrong password does. What is written outlasts a
 * crash: from here on nobody signs in but by repeating this with the same code, since our record goes on demanding the second factor that
 * Cognito is about to ask for no more.
 */
async function begin(call: Recovering, address: Address): Promise<string> {
  const { lookups, now, body } = call
  const personId = address.holder?.personId ?? newId('usr')
  const factor = await provePasswordOf(call, address, personId, readSecondFactor(lookups, personId))
  const hash = backupCodeHash(body.backupCode, personId)
  if (factor.recovery?.hash === hash) return personId
  if (factor.backupCodes?.unused[hash] !== true) return refuse(call, address, problem('INVALID_CODE', { message: WRONG }))
  await call.enter(address.holder?.organizationId ?? '').commit([spendBackupCode(personId, hash), putRecovery(personId, hash, now)])
  return personId
}

export const handler = serve(recoverMfa, async (call) => {
  const address = await readAddress(call, call.body.email, call.body.deviceToken)
  return recoverBy(call, address, await begin(call, address), 'backup_code')
})
