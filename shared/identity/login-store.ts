import type { ProblemKind } from '../errors.ts'
import { loginKey } from '../store/keys.ts'
import type { Item, Table } from '../store/table.ts'
import { check, patch, put, strip, type Write } from '../store/writes.ts'
import { mailHash } from '../tokens.ts'
import type { Login } from './person.ts'

/** An address given up keeps its person for so long, so that the change can be undone. */
export const UNDO_MS = 72 * 3_600_000

/**
 * Takes a mail address, which was proven, for a person; throws `EMAIL_TAKEN` in the transaction when it is somebody else's, or was until
 * lately.
 */
export const takeMail = (email: string, login: Login, now: string): Write =>
  put(
    loginKey(mailHash(email)),
    { ...login },
    {
      expression: 'attribute_not_exists(pk) OR formerUntil <= :now OR (personId = :person AND attribute_exists(formerUntil))',
      values: { ':now': now, ':person': login.personId },
    },
    'EMAIL_TAKEN',
  )

/**
 * Gives a person the address back that they gave up lately; `EMAIL_TAKEN` where it was not theirs. What an event or a link says of it is
 * not believed: only who proved an address once has it.
 */
export const takeMailBack = (email: string, login: Login, now: string): Write =>
  put(
    loginKey(mailHash(email)),
    { ...login },
    { expression: 'personId = :person AND formerUntil > :now', values: { ':person': login.personId, ':now': now } },
    'EMAIL_TAKEN',
  )

/** The person has another address now; this one stays theirs, opening nothing, while the change can be undone. */
export const giveUpMail = (email: string, personId: string, now: string): Write =>
  patch(
    loginKey(mailHash(email)),
    { formerUntil: new Date(Date.parse(now) + UNDO_MS).toISOString() },
    { expression: 'personId = :person AND attribute_not_exists(formerUntil)', values: { ':person': personId } },
    'VERSION_CONFLICT',
  )

const isCurrent = (login: Login | undefined): login is Login => login !== undefined && login.formerUntil === undefined

/** Whose address this is, as read; an address that was given up is nobody's to sign in with. */
export const holderOf = (item: Item | undefined): Login | undefined => {
  const login = item && strip<Login>(item)
  return isCurrent(login) ? login : undefined
}

export const findHolder = async (table: Pick<Table, 'read'>, hash: string): Promise<Login | undefined> =>
  holderOf((await table.read([loginKey(hash)]))[0])

export const findLogin = (table: Pick<Table, 'read'>, email: string): Promise<Login | undefined> => findHolder(table, mailHash(email))

/** What is known of these addresses. */
export const readLogins = async (table: Pick<Table, 'read'>, ...emails: string[]): Promise<(Login | undefined)[]> =>
  (await table.read(emails.map((email) => loginKey(mailHash(email))))).map((item) => item && strip<Login>(item))

/** Is it their address, or was it until lately? */
export const isTheirs = (login: Login | undefined, personId: string, now: string) =>
  login?.personId === personId && (login.formerUntil === undefined || login.formerUntil > now)

/** Where it is told from now on what happens at a person's address. */
export const moveLogin = (email: string, { personId, organizationId }: Omit<Login, 'epoch'>, conflict: ProblemKind): Write =>
  patch(loginKey(mailHash(email)), { organizationId }, { expression: 'personId = :person', values: { ':person': personId } }, conflict)

/** The address is the person's at this moment, and opens their account. */
export const requireHolder = (hash: string, personId: string, conflict: ProblemKind): Write =>
  check(
    loginKey(hash),
    { expression: 'personId = :person AND attribute_not_exists(formerUntil)', values: { ':person': personId } },
    conflict,
  )
