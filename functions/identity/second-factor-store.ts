import { backupCodesKey, recoveryKey } from '../../shared/store/keys.ts'
import type { Table } from '../../shared/store/table.ts'
import { put, remove, strip, type Write } from '../../shared/store/writes.ts'
import { backupCodeHash } from './backup-codes.ts'
import type { BackupCodes, Recovery } from './person.ts'

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
      ...{ TableName: tableName, Key: { pk, sk }, ExpressionAttributeNames: { '#hash': hash } },
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
