import type { BackupCodes, Enrolment, Factor, Recovery } from '../../shared/identity/person.ts'
import { cancelRequest } from '../../shared/identity/recovery-request.ts'
import { unseal } from '../../shared/keyring.ts'
import { backupCodesKey, enrolmentKey, factorKey, recoveryKey } from '../../shared/store/keys.ts'
import type { Item, Table } from '../../shared/store/table.ts'
import { isRefused } from '../../shared/store/table-call.ts'
import { put, remove, strip, type Write } from '../../shared/store/writes.ts'
import { totpStep } from '../../shared/totp.ts'
import { backupCodeHash } from './backup-codes.ts'

/** The authenticator app's secret, so that a code can be checked of somebody signed in; an enrolment ends with it. */
export const putFactor = (personId: string, factor: Factor): Write[] => [
  put(factorKey(personId), { ...factor }),
  remove(enrolmentKey(personId)),
]

/** An authenticator app that is being set up, in place of one before. */
export const putEnrolment = (personId: string, enrolment: Enrolment): Write =>
  put(enrolmentKey(personId), { ...enrolment }, undefined, 'CONFLICT', enrolment.expiresAt)

export async function readEnrolment(table: Table, personId: string): Promise<Enrolment | undefined> {
  const [item] = await table.read([enrolmentKey(personId)])
  return item && strip<Enrolment>(item)
}

export const factorOf = (item: Item | undefined): Factor | undefined => item && strip<Factor>(item)

/**
 * Takes a code of the authenticator app, once, wherever it is typed: at sign-in or by somebody signed in. Two who send the same code at the
 * same time do not both pass; a wrong one takes nothing.
 */
export async function takeCode(table: Table, personId: string, { sealed, lastStep }: Factor, code: string, now: string): Promise<boolean> {
  const step = totpStep(unseal('factor', personId, sealed), code, Date.parse(now))
  if (step === undefined || step <= lastStep) return false
  const Update = {
    Key: factorKey(personId),
    UpdateExpression: 'SET lastStep = :step',
    ConditionExpression: 'lastStep < :step',
    ExpressionAttributeValues: { ':step': step },
  }
  return table.update(Update).then(
    () => true,
    (error: Error) => {
      if (!isRefused(error)) throw error
      return false
    },
  )
}

/** Forgets the authenticator app and its backup codes; whoever waited to be let in without it waits no more. */
export const dropFactor = (personId: string): Write[] => [remove(factorKey(personId)), dropBackupCodes(personId), cancelRequest(personId)]

/** Backup codes that replace those before. */
export const putBackupCodes = (personId: string, codes: readonly string[], now: string): Write => {
  const unused = Object.fromEntries(codes.map((code) => [backupCodeHash(code, personId), true]))
  return put(backupCodesKey(personId), { unused, createdAt: now })
}

export const dropBackupCodes = (personId: string): Write => remove(backupCodesKey(personId))

/** Takes a code out of those that are left; `INVALID_CODE` where it has just been used. */
export const spendBackupCode =
  (personId: string, hash: string): Write =>
  ({ tableName }) => {
    const { pk, sk } = backupCodesKey(personId)
    const Update = {
      TableName: tableName,
      Key: { pk, sk },
      ExpressionAttributeNames: { '#hash': hash },
      UpdateExpression: 'REMOVE unused.#hash',
      ConditionExpression: 'attribute_exists(unused.#hash)',
    }
    return [{ item: { Update }, conflict: 'INVALID_CODE' }]
  }

export const putRecovery = (personId: string, hash: string, now: string): Write =>
  put(recoveryKey(personId), { hash, startedAt: now } satisfies Recovery)

export const dropRecovery = (personId: string): Write => remove(recoveryKey(personId))

/** Ends a recovery, which must still be under way. */
export const finishRecovery = (personId: string): Write =>
  remove(recoveryKey(personId), { expression: 'attribute_exists(pk)' }, 'INVALID_CODE')

export interface SecondFactor {
  backupCodes: BackupCodes | undefined
  recovery: Recovery | undefined
}

export async function readSecondFactor(table: Table, personId: string): Promise<SecondFactor> {
  const [codes, recovery] = await table.read([backupCodesKey(personId), recoveryKey(personId)])
  return { backupCodes: codes && strip<BackupCodes>(codes), recovery: recovery && strip<Recovery>(recovery) }
}
