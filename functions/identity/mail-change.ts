import { codeFor, mintLink, type StoredCode, stillThis } from '../../shared/identity/codes.ts'
import { UNDO_MS } from '../../shared/identity/login-store.ts'
import type { Person } from '../../shared/identity/person.ts'
import { linkKey, mailCodeKey } from '../../shared/store/keys.ts'
import { check, put, remove, type Write } from '../../shared/store/writes.ts'
import { foldMail, hashOf, newCode } from '../../shared/tokens.ts'

/** Another mail address for a person: asked for, proven by a code that is mailed there, and for 72 hours undone from the old one. */

const CODE_MS = 24 * 3_600_000

const later = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString()

/** `CODE#MAIL#<person>` / ITEM: proves the next address, of one person and for one address; it replaces the one before. */
export interface MailCode extends StoredCode {
  email: string
  /** The credentials of the moment: with others, the change is void. */
  epoch: number
  /** The organization that asked for it, where it was not the person. */
  organizationId?: string
}

/** A code is made for one person and one address. */
export const mailCodeOwner = (personId: string, email: string) => `${personId}\n${foldMail(email)}`

export interface WantedMail {
  person: Person
  email: string
  organizationId?: string | undefined
  now: string
}

export function mintMailCode({ person, email, organizationId, now }: WantedMail): { code: string; expiresAt: string; write: Write } {
  const [code, expiresAt] = [newCode(), later(now, CODE_MS)]
  const stored: MailCode = {
    ...codeFor(code, mailCodeOwner(person.id, email)),
    email,
    epoch: person.epoch,
    expiresAt,
    ...(organizationId ? { organizationId } : {}),
  }
  return { code, expiresAt, write: put(mailCodeKey(person.id), { ...stored }, undefined, 'CONFLICT', expiresAt) }
}

/** The code serves once. */
export const useMailCode = (personId: string, code: MailCode): Write => remove(mailCodeKey(personId), stillThis(code), 'INVALID_CODE')
/** Whoever asked before asks no more. */
export const dropMailCode = (personId: string): Write => remove(mailCodeKey(personId))

/** `UNDO_LINK#<hash>` / ITEM: the link that undoes a change, in a mail to the old address. */
export interface UndoLink {
  kind: 'mail-undo'
  personId: string
  oldEmail: string
  changedAt: string
  expiresAt: string
}

export function mintUndo(about: Omit<UndoLink, 'kind' | 'expiresAt'>): { token: string; expiresAt: string; write: Write } {
  const expiresAt = later(about.changedAt, UNDO_MS)
  const { token, write } = mintLink({ kind: 'mail-undo', ...about, expiresAt } satisfies UndoLink)
  return { token, expiresAt, write }
}

/** A change that was made after another, and before that one was undone, is undone with it: whoever made it was not the person. */
export const isVoid = ({ changedAt }: Pick<UndoLink, 'changedAt'>, { mailUndo }: Pick<Person, 'mailUndo'>) =>
  mailUndo !== undefined && changedAt >= mailUndo.changedAt && changedAt <= mailUndo.at

/**
 * What a person's record says of changes undone: from the first of them to now. A second undo leaves what the first one voided void, as
 * long as links of that time could be used.
 */
export function undoneWith({ mailUndo }: Pick<Person, 'mailUndo'>, { changedAt }: Pick<UndoLink, 'changedAt'>, at: string) {
  const isRecent = mailUndo !== undefined && later(mailUndo.at, UNDO_MS) > at
  return { changedAt: isRecent && mailUndo.changedAt < changedAt ? mailUndo.changedAt : changedAt, at }
}

const STANDS = { expression: 'attribute_exists(pk)' }

/** The link serves once. */
export const useUndo = (token: string): Write => remove(linkKey('mail-undo', hashOf(token)), STANDS, 'LINK_EXPIRED')

/** Nobody has used the link yet. */
export const requireUndo = (token: string): Write => check(linkKey('mail-undo', hashOf(token)), STANDS, 'LINK_EXPIRED')
