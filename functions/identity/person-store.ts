import type { Session } from '../../shared/access/session.ts'
import { systemRole } from '../../shared/access/system-roles.ts'
import type { Code } from '../../shared/errors.ts'
import type { OrganizationGate, PrincipalGate } from '../../shared/serve/call.ts'
import {
  backupCodesKey,
  type Key,
  loginKey,
  membershipKey,
  membershipsPartition,
  personKey,
  recoveryKey,
  sessionKey,
  tenantsKey,
} from '../../shared/store/keys.ts'
import type { Item, Table } from '../../shared/store/table.ts'
import { check, patch, put, putNew, strip, type Write } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import type { BackupCodes, Login, Membership, OrganizationCard, Person } from './person.ts'

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

/** `VERSION_CONFLICT` when the same person has just been made elsewhere. */
export const addPerson = (person: Person): Write => putNew(personKey(person.id), { ...person }, 'VERSION_CONFLICT')

export async function findPerson(table: Pick<Table, 'read'>, id: string): Promise<Person | undefined> {
  const [item] = await table.read([personKey(id)])
  return item && strip<Person>(item)
}

/** Where it is told from now on what happens at a person's address. */
export const moveLogin = (email: string, { personId, organizationId }: Omit<Login, 'epoch'>, conflict: Code): Write =>
  patch(loginKey(mailHash(email)), { organizationId }, { expression: 'personId = :person', values: { ':person': personId } }, conflict)

/**
 * An organization manages whoever belongs to it alone and first joined there; the person's own record decides, in the transaction:
 * `PERSON_OF_SEVERAL`.
 */
export const requireManaged = ({ id, organizationId }: Pick<PrincipalGate, 'id' | 'organizationId'>): Write =>
  check(
    personKey(id),
    {
      expression: 'homeOrganizationId = :home AND elsewhere = :none AND (attribute_not_exists(isGoneFromHome) OR isGoneFromHome = :gone)',
      values: { ':home': organizationId, ':none': 0, ':gone': false },
    },
    'PERSON_OF_SEVERAL',
  )

/** The same, to be known before the transaction asks. */
export const isManagedBy = ({ homeOrganizationId, isGoneFromHome, elsewhere }: Person, organizationId: string) =>
  homeOrganizationId === organizationId && !isGoneFromHome && elsewhere === 0

/** Is the person a member of any other organization? */
export const belongsElsewhere = ({ homeOrganizationId, isGoneFromHome, elsewhere }: Person, organizationId: string) =>
  elsewhere > 0 || (homeOrganizationId !== organizationId && !isGoneFromHome)

/** The person's credentials are those that were proven. */
export const requireEpoch = (personId: string, epoch: number, conflict: Code = 'INVALID_CREDENTIALS'): Write =>
  check(personKey(personId), { expression: 'epoch = :epoch', values: { ':epoch': epoch } }, conflict)

/** The session is live still: nobody ended it while this was under way. */
export const requireLive = ({ personId, id }: Pick<Session, 'personId' | 'id'>): Write =>
  check(
    sessionKey(personId, id),
    { expression: '#status = :active', names: { '#status': 'status' }, values: { ':active': 'active' } },
    'INVALID_SESSION',
  )

/** Nobody has proven the address of this person-to-be yet. */
export const requireNobody = (personId: string, conflict: Code): Write =>
  check(personKey(personId), { expression: 'attribute_not_exists(pk)' }, conflict)

/** The address is the person's at this moment, and opens their account. */
export const requireHolder = (hash: string, personId: string, conflict: Code): Write =>
  check(
    loginKey(hash),
    { expression: 'personId = :person AND attribute_not_exists(formerUntil)', values: { ':person': personId } },
    conflict,
  )

/**
 * Counts a membership: those elsewhere by their number, the one at home by whether they are gone from there. Whoever chooses another home
 * at the same moment (`moveHome`), or this, has to look again.
 */
function counted({ id, homeOrganizationId }: Person, organizationId: string, kind: 'joined' | 'left', epoch?: number): Write[] {
  const isHome = homeOrganizationId === organizationId
  const by = isHome ? kind === 'left' : kind === 'left' ? -1 : 1
  return [
    ({ tableName }) => [
      {
        item: {
          Update: {
            TableName: tableName,
            Key: personKey(id),
            UpdateExpression: isHome ? 'SET isGoneFromHome = :by' : 'ADD elsewhere :by',
            ConditionExpression: `homeOrganizationId ${isHome ? '=' : '<>'} :organization${epoch === undefined ? '' : ' AND epoch = :epoch'}`,
            ExpressionAttributeValues: { ':organization': organizationId, ':by': by, ...(epoch === undefined ? {} : { ':epoch': epoch }) },
          },
        },
        conflict: 'VERSION_CONFLICT',
      },
    ],
  ]
}

/** A person becomes a member of an organization, again or for the first time. */
export const arrival = (person: Person, organizationId: string): Write[] => counted(person, organizationId, 'joined')
/** The same by their own word: their credentials must still be those that were read. */
export const arrivalByOwnWord = (person: Person, organizationId: string): Write[] => counted(person, organizationId, 'joined', person.epoch)
/** A person is no member of an organization any more. */
export const departure = (person: Person, organizationId: string): Write[] => counted(person, organizationId, 'left')

export const patchPerson = (id: string, set: Partial<Person>): Write => patch(personKey(id), set)

/** Changes the person on the ground that was read; `VERSION_CONFLICT` when their credentials, home or organizations are others by now. */
export const movePerson = ({ id, homeOrganizationId, isGoneFromHome = false, elsewhere, epoch }: Person, set: Partial<Person>): Write => {
  const isStillThere = isGoneFromHome ? 'isGoneFromHome = :gone' : '(attribute_not_exists(isGoneFromHome) OR isGoneFromHome = :gone)'
  const expression = `homeOrganizationId = :here AND ${isStillThere} AND elsewhere = :others AND epoch = :now`
  const values = { ':here': homeOrganizationId, ':gone': isGoneFromHome, ':others': elsewhere, ':now': epoch }
  return patch(personKey(id), set, { expression, values }, 'VERSION_CONFLICT')
}

/** Makes another organization of the person their home: the one before counts among the others from then on, if they belong there still. */
export const moveHome = (person: Person, homeOrganizationId: string, now: string): Write =>
  movePerson(person, {
    ...homeAt(person, homeOrganizationId),
    homes: [...homesSince(person, now), { organizationId: person.homeOrganizationId, until: now }],
  })

const MOST_HOMES = 20

/** The homes of the last 72 hours; of very many the first ones, which somebody who moves it to and fro cannot push out. */
const homesSince = ({ homes = [] }: Person, now: string) =>
  homes.filter(({ until }) => Date.parse(until) + UNDO_MS > Date.parse(now)).slice(0, MOST_HOMES)

/** A person whose home is there, as somebody who is a member. */
export const homeAt = ({ isGoneFromHome, elsewhere }: Person, homeOrganizationId: string): Partial<Person> => ({
  ...{ homeOrganizationId, isGoneFromHome: false, elsewhere: elsewhere - (isGoneFromHome ? 1 : 0) },
})

/** Where home was at a moment of the last 72 hours, if it was moved since and the person is a member there still. */
export async function homeBefore(table: Pick<Table, 'read'>, { id, homes = [] }: Person, at: string): Promise<string | undefined> {
  const before = homes.find(({ until }) => until >= at)?.organizationId
  const membership = before === undefined ? undefined : await findMembership(table, id, before)
  return membership && membership.userStatus !== 'deleted' && membership.userStatus !== 'invited' ? before : undefined
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

/** Counts one more organization that a person founded: of their own, and a membership beside their home. */
export const countFounded =
  (id: string, founded: number): Write =>
  ({ tableName }) => [
    {
      item: {
        Update: {
          TableName: tableName,
          Key: personKey(id),
          UpdateExpression: 'SET founded = :next ADD elsewhere :one',
          ConditionExpression: founded === 0 ? 'attribute_exists(pk) AND attribute_not_exists(founded)' : 'founded = :founded',
          ExpressionAttributeValues: { ':next': founded + 1, ':one': 1, ...(founded === 0 ? {} : { ':founded': founded }) },
        },
      },
      conflict: 'VERSION_CONFLICT',
    },
  ]

type Member = Pick<PrincipalGate, 'id' | 'organizationId' | 'status' | 'deletedAt' | 'assignments' | 'version'>

export function membershipOf(user: Member): Membership {
  const first = user.assignments.find((assignment) => assignment.roleId)?.roleId
  return {
    organizationId: user.organizationId,
    role: first ? (systemRole(first)?.name ?? first) : null,
    userStatus: user.deletedAt ? 'deleted' : user.status,
    version: user.version,
  }
}

/** What shows an older state never replaces what shows a newer one: events come unordered. */
const NOT_OLDER = (version: number) => ({
  expression: 'attribute_not_exists(#version) OR #version <= :version',
  names: { '#version': 'version' },
  values: { ':version': version },
})

export const putMembership = (user: Member): Write =>
  put(membershipKey(user.id, user.organizationId), { ...membershipOf(user) }, NOT_OLDER(user.version), 'VERSION_CONFLICT')

export const putCard = ({ id, name, type, status, closesAt, version }: OrganizationGate): Write =>
  put(tenantsKey(id), { id, name, type, status, version, ...(closesAt ? { closesAt } : {}) }, NOT_OLDER(version), 'VERSION_CONFLICT')

async function partition(table: Pick<Table, 'query'>, pk: string): Promise<Item[]> {
  const items: Item[] = []
  for (let after: Record<string, unknown> | undefined, first = true; first || after; first = false) {
    const page = await table.query({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
      ...(after ? { ExclusiveStartKey: after } : {}),
    })
    items.push(...page.items)
    after = page.lastKey
  }
  return items
}

export interface PersonWith {
  person: Person | undefined
  memberships: Membership[]
}

/** Where a person belongs, the oldest organization first. */
export const readMemberships = async (table: Pick<Table, 'query'>, id: string): Promise<Membership[]> =>
  (await partition(table, membershipsPartition(id))).map((item) => strip<Membership>(item))

type Reading = Pick<Table, 'query' | 'read'>

/** Person and memberships with what else is known by these keys, in one wave. */
async function readWith(table: Reading, id: string, ...keys: Key[]): Promise<PersonWith & { beside: (Item | undefined)[] }> {
  const [[person, ...beside], memberships] = await Promise.all([table.read([personKey(id), ...keys]), readMemberships(table, id)])
  return { person: person && strip<Person>(person), memberships, beside }
}

/** What a person is or was in one organization, as it is shown outside the tenants. */
export async function findMembership(table: Pick<Table, 'read'>, id: string, organizationId: string): Promise<Membership | undefined> {
  const [item] = await table.read([membershipKey(id, organizationId)])
  return item && strip<Membership>(item)
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

/** The cards of these organizations; one that is gone is left out. */
export async function readCards(table: Table, ids: readonly string[]): Promise<OrganizationCard[]> {
  if (ids.length === 0) return []
  const cards = await table.read(ids.slice(0, 100).map(tenantsKey))
  return cards.flatMap((card) => (card ? [strip<OrganizationCard>(card)] : []))
}
