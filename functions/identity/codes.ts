import { type Key, resetKey, tokenKey, verificationKey } from '../../shared/store/keys.ts'
import type { Table } from '../../shared/store/table.ts'
import { put, putNew, type Write } from '../../shared/store/writes.ts'
import { codeHash, hashOf, mailHash, newCode, newToken, sameHash } from '../../shared/tokens.ts'

const HOUR_MS = 3_600_000
const VERIFICATION_MS = 24 * HOUR_MS
const RESET_MS = HOUR_MS
const INVITATION_MS = 7 * 24 * HOUR_MS
const MOST_TRIES = 5

export interface StoredCode {
  hash: string
  personId: string
  attempts: number
  expiresAt: string
}

const later = (now: string, ms: number) => new Date(Date.parse(now) + ms).toISOString()

function mint(key: Key, personId: string, now: string, lifetimeMs: number): { code: string; expiresAt: string; write: Write } {
  const code = newCode()
  const expiresAt = later(now, lifetimeMs)
  const stored: StoredCode = { hash: codeHash(code, personId), personId, attempts: 0, expiresAt }
  return { code, expiresAt, write: put(key, { ...stored }, undefined, 'CONFLICT', expiresAt) }
}

/** A code that proves a mail address, good for 24 hours; it replaces the one before. */
export const mintVerification = (email: string, personId: string, now: string) =>
  mint(verificationKey(mailHash(email)), personId, now, VERIFICATION_MS)

/** A code that allows a new password, good for an hour; it replaces the one before. */
export const mintReset = (email: string, personId: string, now: string) => mint(resetKey(mailHash(email)), personId, now, RESET_MS)

/** `TOKEN#<hash>` / ITEM */
export interface Invitation {
  userId: string
  organizationId: string
  email: string
  /** Of the user record: a later invitation ends this one. */
  invitedAt: string
  expiresAt: string
}

export const invitationEnds = (invitedAt: string) => later(invitedAt, INVITATION_MS)

/** A token for the link of an invitation, good for one use, until seven days after it was asked for. */
export function mintInvitation(about: Omit<Invitation, 'expiresAt'>): { token: string; expiresAt: string; write: Write } {
  const token = newToken()
  const expiresAt = invitationEnds(about.invitedAt)
  return { token, expiresAt, write: putNew(tokenKey(hashOf(token)), { ...about, expiresAt }, 'CONFLICT', expiresAt) }
}

/**
 * Takes one try at a code. It is counted before it is compared, so that no number of tries at once gets further than five.
 * Gives what is stored when the code is right; nothing when it is wrong, expired, used up or was never made.
 */
export async function tryCode(table: Table, key: Key, code: string, now: string): Promise<StoredCode | undefined> {
  const item = await table
    .update({
      Key: { pk: key.pk, sk: key.sk },
      UpdateExpression: 'ADD attempts :one',
      ConditionExpression: 'expiresAt > :now AND attempts < :most',
      ExpressionAttributeValues: { ':one': 1, ':now': now, ':most': MOST_TRIES },
      ReturnValues: 'ALL_NEW',
    })
    .catch((error: Error) => {
      if (error.name !== 'ConditionalCheckFailedException') throw error
    })
  const stored = item as StoredCode | undefined
  return stored && sameHash(stored.hash, codeHash(code, stored.personId)) ? stored : undefined
}

/** A code serves once: in the transaction that uses it, it must still be the one that was tried. */
export const stillThis = (stored: StoredCode) => ({
  expression: '#hash = :hash',
  names: { '#hash': 'hash' },
  values: { ':hash': stored.hash },
})
