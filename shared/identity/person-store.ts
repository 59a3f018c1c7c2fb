import type { ProblemKind } from '../errors.ts'
import { backupCodesKey, type Key, loginKey, personKey, recoveryKey, sessionKey } from '../store/keys.ts'
import type { Item, Table } from '../store/table.ts'
import { check, patch, putNew, strip, type Write } from '../store/writes.ts'
import { mailHash } from '../tokens.ts'
import { readMemberships } from './membership-store.ts'
import type { BackupCodes, Membership, Person } from './person.ts'
import type { Session } from './session.ts'

/** `VERSION_CONFLICT` when the same person has just been made elsewhere. */
export const addPerson = (person: Person): Write => putNew(personKey(person.id), { ...person }, 'VERSION_CONFLICT')

export async function findPerson(table: Pick<Table, 'read'>, id: string): Promise<Person | undefined> {
  const [item] = await table.read([personKey(id)])
  return item && strip<Person>(item)
}

/** The person's credentials are those that were proven. */
export const requireEpoch = (personId: string, epoch: number, conflict: ProblemKind = 'INVALID_CREDENTIALS'): Write =>
  check(personKey(personId), { expression: 'epoch = :epoch', values: { ':epoch': epoch } }, conflict)

/** The session is live still: nobody ended it while this was under way. */
export const requireLive = ({ personId, id }: Pick<Session, 'personId' | 'id'>): Write =>
  check(
    sessionKey(personId, id),
    { expression: '#status = :active', names: { '#status': 'status' }, values: { ':active': 'active' } },
    'INVALID_SESSION',
  )

/** Nobody has proven the address of this person-to-be yet. */
export const requireNobody = (personId: string, conflict: ProblemKind): Write =>
  check(personKey(personId), { expression: 'attribute_not_exists(pk)' }, conflict)

export const patchPerson = (id: string, set: Partial<Person>): Write => patch(personKey(id), set)

/** Changes the person on the ground that was read; `VERSION_CONFLICT` when their credentials, home or organizations are others by now. */
export const movePerson = ({ id, homeOrganizationId, isGoneFromHome = false, elsewhere, epoch }: Person, set: Partial<Person>): Write => {
  const isStillThere = isGoneFromHome ? 'isGoneFromHome = :gone' : '(attribute_not_exists(isGoneFromHome) OR isGoneFromHome = :gone)'
  const expression = `homeOrganizationId = :here AND ${isStillThere} AND elsewhere = :others AND epoch = :now`
  const values = { ':here': homeOrganizationId, ':gone': isGoneFromHome, ':others': elsewhere, ':now': epoch }
  return patch(personKey(id), set, { expression, values }, 'VERSION_CONFLICT')
}

/** Voids what was proven so far, for sign-ins under way too: they read the epoch with the address, before they asked Cognito. */
export const raiseEpoch = (person: Person, set: Partial<Person>): Write[] => {
  const { id, email, epoch } = person
  return [
    movePerson(person, { ...set, epoch: epoch + 1 }),
    patch(
      loginKey(mailHash(email)),
      { epoch: epoch + 1 },
      { expression: 'personId = :person AND epoch = :epoch', values: { ':person': id, ':epoch': epoch } },
      'VERSION_CONFLICT',
    ),
  ]
}

export interface PersonWith {
  person: Person | undefined
  memberships: Membership[]
}

type Reading = Pick<Table, 'query' | 'read'>

/** Person and memberships with what else is known by these keys, in one wave. */
async function readWith(table: Reading, id: string, ...keys: Key[]): Promise<PersonWith & { beside: (Item | undefined)[] }> {
  const [[person, ...beside], memberships] = await Promise.all([table.read([personKey(id), ...keys]), readMemberships(table, id)])
  return { person: person && strip<Person>(person), memberships, beside }
}

/** A person with all memberships, in one wave; takes the look-ups PERSON and MEMBERSHIP. */
export async function readPerson(table: Reading, id: string): Promise<PersonWith> {
  const { person, memberships } = await readWith(table, id)
  return { person, memberships }
}

export interface PersonWithCodes extends PersonWith {
  backupCodesLeft: number
}

/** The same with how many backup codes are left; takes the look-up FACTOR too. */
export async function readPersonWithCodes(table: Reading, id: string): Promise<PersonWithCodes> {
  const { beside, ...known } = await readWith(table, id, backupCodesKey(id))
  const codes = beside[0] as BackupCodes | undefined
  return { ...known, backupCodesLeft: Object.keys(codes?.unused ?? {}).length }
}

export interface PersonWithRecovery extends PersonWith {
  /** A recovery has begun, and the sign-in that it opens is not finished. */
  isRecovering: boolean
}

/** The same with whether the second factor is being recovered; takes the look-up RECOVERY too. */
export async function readPersonWithRecovery(table: Reading, id: string): Promise<PersonWithRecovery> {
  const { beside, ...known } = await readWith(table, id, recoveryKey(id))
  return { ...known, isRecovering: beside[0] !== undefined }
}
