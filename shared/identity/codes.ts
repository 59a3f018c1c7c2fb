import { type Key, type LinkKind, linkKey, resetKey } from '../store/keys.ts'
import type { Item, Table } from '../store/table.ts'
import { isRefused } from '../store/table-call.ts'
import { alone, put, putNew, strip, type Write } from '../store/writes.ts'
import { codeHash, hashOf, mailHash, newCode, newToken, sameHash } from '../tokens.ts'
import { releaseCode, reserveCode } from './code-budget.ts'

const HOUR_MS = 3_600_000
const RESET_MS = HOUR_MS
const YOUNG_MS = HOUR_MS / 6
const INVITATION_MS = 7 * 24 * HOUR_MS
/** Wrong tries that end a code. */
const MOST_TRIES = 5

/** A code as it is stored, in a record of its own or with what it proves. */
export interface StoredCode {
  /** Belongs to its owner, so that a code moved to another record is wrong there. */
  hash: string
  attempts: number
  expiresAt: string
  /** Of the link in the same mail, which no wrong code ends. */
  tokenHash?: string
}

const later = (now: string, ms: number) => new Date(Date.parse(now) + ms).toISOString()

/** The attributes that make a record hold this code, with its tries begun anew. */
export const codeFor = (code: string, owner: string) => ({ hash: codeHash(code, owner), attempts: 0 })

/** A link's token, with the record that it leads to, which lies among those of its kind. */
export function mintLink(about: Item & { kind: LinkKind; expiresAt: string }): { token: string; tokenHash: string; write: Write } {
  const token = newToken()
  const tokenHash = hashOf(token)
  return { token, tokenHash, write: putNew(linkKey(about.kind, tokenHash), about, 'CONFLICT', about.expiresAt) }
}

/** `RESET_LINK#<hash>` / ITEM: the link in the mail with a code for a new password; it counts while the code's record names it. */
export interface ResetLink {
  kind: 'reset'
  personId: string
  email: string
  expiresAt: string
}

/** `CODE#RESET#<mail hash>` / ITEM */
interface ResetCode extends StoredCode {
  personId: string
  /** The event that it answers: handled again, that makes another. */
  eventId?: string
}

/**
 * Does a code that was mailed within ten minutes still work? Then nobody who asks meanwhile gets another mail, so that a stranger's
 * requests end no code while its owner types it.
 */
export async function hasYoungReset(
  table: Pick<Table, 'read'>,
  { email, id }: { email: string; id: string },
  { eventId, now }: { eventId: string; now: string },
): Promise<boolean> {
  const [item] = await table.read([resetKey(mailHash(email))])
  const code = item && strip<ResetCode>(item)
  if (code?.personId !== id || code.eventId === eventId || code.attempts >= MOST_TRIES) return false
  return code.expiresAt > later(now, RESET_MS - YOUNG_MS)
}

/** A code and a link that allow a new password, good for an hour; they replace the ones before. */
export function mintReset(
  email: string,
  personId: string,
  now: string,
  eventId?: string,
): { code: string; token: string; expiresAt: string; write: Write[] } {
  const [code, expiresAt, mail] = [newCode(), later(now, RESET_MS), mailHash(email)]
  const link = mintLink({ kind: 'reset', personId, email, expiresAt } satisfies ResetLink)
  const stored: ResetCode = {
    ...codeFor(code, personId),
    personId,
    expiresAt,
    tokenHash: link.tokenHash,
    ...(eventId ? { eventId } : {}),
  }
  return { code, token: link.token, expiresAt, write: [put(resetKey(mail), { ...stored }, undefined, 'CONFLICT', expiresAt), link.write] }
}

/** `INVITATION_LINK#<hash>` / ITEM */
export interface InvitationLink {
  kind: 'invitation'
  /** Of the invited record, which shares nothing with other invitations to the same address. */
  userId: string
  organizationId: string
  email: string
  /** Of the user record: a later invitation ends this one. */
  invitedAt: string
  expiresAt: string
}

export const invitationEnds = (invitedAt: string) => later(invitedAt, INVITATION_MS)

/** A token for the link of an invitation, good for one use, until seven days after it was asked for. */
export function mintInvitation(about: Omit<InvitationLink, 'kind' | 'expiresAt'>): { token: string; expiresAt: string; write: Write } {
  const expiresAt = invitationEnds(about.invitedAt)
  const { token, write } = mintLink({ kind: 'invitation', ...about, expiresAt } satisfies InvitationLink)
  return { token, expiresAt, write: alone(write) }
}

/** Takes one of a code's five tries before it is judged; nothing where it is expired, used up or was never made. */
async function takeTry(table: Pick<Table, 'update'>, key: Key, now: string): Promise<StoredCode | undefined> {
  const item = await table
    .update({
      Key: { pk: key.pk, sk: key.sk },
      UpdateExpression: 'ADD attempts :one',
      ConditionExpression: 'expiresAt > :now AND attempts < :most',
      ExpressionAttributeValues: { ':one': 1, ':now': now, ':most': MOST_TRIES },
      ReturnValues: 'ALL_NEW',
    })
    .catch((error: Error) => {
      if (!isRefused(error)) throw error
    })
  return item as StoredCode | undefined
}

/** The code was right, so its try does not count: what it opens may fail, and be asked for again. */
async function giveBack(table: Pick<Table, 'update'>, key: Key, { hash }: StoredCode): Promise<void> {
  await table
    .update({
      Key: { pk: key.pk, sk: key.sk },
      UpdateExpression: 'ADD attempts :less',
      ConditionExpression: '#hash = :hash AND attempts > :none',
      ExpressionAttributeNames: { '#hash': 'hash' },
      ExpressionAttributeValues: { ':less': -1, ':hash': hash, ':none': 0 },
    })
    .catch((error: Error) => {
      if (!isRefused(error)) throw error
    })
}

export interface Try {
  /** Where the code is stored. */
  key: Key
  code: string
  /** Whom it was made for. */
  owner: string
  /** Whose wrong codes of a day count together: the address it was mailed to (its mac), or the person who is signed in to enter it. */
  countedFor: string
  now: string
}

/**
 * Judges a code. The day's budget and the code's own tries are taken before it is compared, so that no number at once gets further, and
 * given back when it is right. Gives what is stored; nothing when the code is wrong, expired, used up or was never made.
 * Throws `TOO_MANY_CODES`.
 */
export async function judgeCode<T extends StoredCode = StoredCode>(
  table: Pick<Table, 'update'>,
  { key, code, owner, countedFor, now }: Try,
): Promise<T | undefined> {
  await reserveCode(table, countedFor, now)
  const stored = await takeTry(table, key, now)
  if (!stored || !sameHash(stored.hash ?? '', codeHash(code, owner))) return undefined
  await Promise.all([releaseCode(table, countedFor, now), giveBack(table, key, stored)])
  return stored as T
}

/** A code serves once: in the transaction that uses it, it must still be the one that was tried. */
export const stillThis = ({ hash }: Pick<StoredCode, 'hash'>) => ({
  expression: '#hash = :hash',
  names: { '#hash': 'hash' },
  values: { ':hash': hash },
})
