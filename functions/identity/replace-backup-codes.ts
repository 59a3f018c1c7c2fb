import { backupCodesReplaced } from '../../events/identity.ts'
import { problem } from '../../shared/errors.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { signal } from '../../shared/store/writes.ts'
import { newBackupCodes } from './backup-codes.ts'
import { replaceBackupCodes } from './contract.ts'
import { putBackupCodes } from './second-factor-store.ts'

export const handler = serve(replaceBackupCodes, async ({ lookups, principal, tenant, now }) => {
  const person = await findPerson(lookups, principal.id)
  if (!person?.mfaEnabled) throw problem('INVALID_TRANSITION', { message: 'No second factor is set up, so there is nothing to replace.' })
  const backupCodes = newBackupCodes()
  const about = { aggregate: { type: 'user', id: person.id }, data: { userId: person.id } }
  await tenant.commit([putBackupCodes(person.id, backupCodes, now), signal({ event: backupCodesReplaced, ...about })])
  return { backupCodes }
})
