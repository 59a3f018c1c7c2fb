import { systemRole } from '../../shared/access/system-roles.ts'
import type { Code } from '../../shared/errors.ts'
import type { OrganizationGate, PrincipalGate } from '../../shared/serve/call.ts'
import { loginKey, membershipKey, personKey, personPartition, tenantsKey } from '../../shared/store/keys.ts'
import type { Item, Table } from '../../shared/store/table.ts'
import { check, patch, put, putNew, strip, type Write } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import type { BackupCodes, Login, Membership, OrganizationCard, Person } from './person.ts'

/** Takes a mail address for a person; throws `EMAIL_TAKEN` in the transaction when it is somebody's. */
export const takeMail = (email: string, login: Login): Write => putNew(loginKey(mailHash(email)), { ...login }, 'EMAIL_TAKEN')

/** Whose address this is. */
export const findLogin = async (table: Table, email: string): Promise<Login | undefined> =>
  (await table.read([loginKey(mailHash(email))]))[0] as Login | undefined

/** `VERSION_CONFLICT` when the same person has just been made elsewhere. */
export const addPerson = (person: Person): Write => putNew(personKey(person.id), { ...person }, 'VERSION_CONFLICT')

/** Makes an organization the home of whoever signs in with this address. */
export const moveLogin = (email: string, { personId, homeOrganizationId }: Login, conflict: Code): Write =>
  patch(loginKey(mailHash(email)), { homeOrganizationId }, { expression: 'personId = :person', values: { ':person': personId } }, conflict)

/** The person's own record decides who may reach into it: `NOT_HOME_ORGANIZATION` for every other organization. */
export const requireHome = ({ id, organizationId }: Pick<PrincipalGate, 'id' | 'organizationId'>): Write =>
  check(personKey(id), { expression: 'homeOrganizationId = :home', values: { ':home': organizationId } }, 'NOT_HOME_ORGANIZATION')

/** The mail address of the home user record, as sign-in knows it; `VERSION_CONFLICT` elsewhere, and where something newer stands. */
export const keepMail = ({ id, organizationId, email, emailVerified, version }: PrincipalGate): Write => {
  const { expression, names, values } = NOT_OLDER(version, 'homeVersion')
  const condition = {
    expression: `homeOrganizationId = :home AND (${expression})`,
    names,
    values: { ...values, ':home': organizationId },
  }
  return patch(personKey(id), { email, emailVerified, homeVersion: version }, condition, 'VERSION_CONFLICT')
}

export const patchPerson = (id: string, set: Partial<Person>): Write => patch(personKey(id), set)

/** Makes another organization a person's home, or default, unless their home has changed meanwhile. */
export const movePerson = ({ id, homeOrganizationId }: Person, set: Partial<Person>): Write =>
  patch(personKey(id), set, { expression: 'homeOrganizationId = :here', values: { ':here': homeOrganizationId } }, 'VERSION_CONFLICT')

/** Counts one more organization that a person founded. */
export const countFounded = (id: string, founded: number): Write =>
  patch(
    personKey(id),
    { founded: founded + 1 },
    founded === 0
      ? { expression: 'attribute_exists(pk) AND attribute_not_exists(founded)' }
      : { expression: 'founded = :founded', values: { ':founded': founded } },
    'VERSION_CONFLICT',
  )

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
const NOT_OLDER = (version: number, field = 'version') => ({
  expression: 'attribute_not_exists(#version) OR #version <= :version',
  names: { '#version': field },
  values: { ':version': version },
})

export const putMembership = (user: Member): Write =>
  put(membershipKey(user.id, user.organizationId), { ...membershipOf(user) }, NOT_OLDER(user.version), 'VERSION_CONFLICT')

export const putCard = ({ id, name, type, status, version }: OrganizationGate): Write =>
  put(tenantsKey(id), { id, name, type, status, version }, NOT_OLDER(version), 'VERSION_CONFLICT')

export interface PersonWith {
  person: Person | undefined
  memberships: Membership[]
  backupCodesLeft: number
  /** A backup code was given, and the sign-in that it opens is not finished. */
  isRecovering: boolean
}

/** A person with all memberships and what there is of a second factor, in one query. */
export async function readPerson(table: Table, id: string): Promise<PersonWith> {
  const items: Item[] = []
  for (let after: Record<string, unknown> | undefined, first = true; first || after; first = false) {
    const page = await table.query({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': personPartition(id) },
      ConsistentRead: true,
      ...(after ? { ExclusiveStartKey: after } : {}),
    })
    items.push(...page.items)
    after = page.lastKey
  }
  const person = items.find((item) => item.sk === 'ITEM')
  const memberships = items.filter((item) => String(item.sk).startsWith('MEMBER#')).map((item) => strip<Membership>(item))
  const codes = items.find((item) => item.sk === 'BACKUP_CODES') as BackupCodes | undefined
  return {
    person: person && strip<Person>(person),
    memberships,
    backupCodesLeft: Object.keys(codes?.unused ?? {}).length,
    isRecovering: items.some((item) => item.sk === 'RECOVERY'),
  }
}

/** The cards of these organizations; one that is gone is left out. */
export async function readCards(table: Table, ids: readonly string[]): Promise<OrganizationCard[]> {
  if (ids.length === 0) return []
  const cards = await table.read(ids.slice(0, 100).map(tenantsKey))
  return cards.flatMap((card) => (card ? [strip<OrganizationCard>(card)] : []))
}
