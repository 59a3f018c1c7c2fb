import type { PrincipalGate } from '../serve/call.ts'
import { personKey } from '../store/keys.ts'
import type { Table } from '../store/table.ts'
import { check, type Write } from '../store/writes.ts'
import { UNDO_MS } from './login-store.ts'
import { findMembership } from './membership-store.ts'
import type { Person } from './person.ts'
import { movePerson } from './person-store.ts'

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
  homeOrganizationId,
  isGoneFromHome: false,
  elsewhere: elsewhere - (isGoneFromHome ? 1 : 0),
})

/** Where home was at a moment of the last 72 hours, if it was moved since and the person is a member there still. */
export async function homeBefore(table: Pick<Table, 'read'>, { id, homes = [] }: Person, at: string): Promise<string | undefined> {
  const before = homes.find(({ until }) => until >= at)?.organizationId
  const membership = before === undefined ? undefined : await findMembership(table, id, before)
  return membership && membership.userStatus !== 'deleted' && membership.userStatus !== 'invited' ? before : undefined
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
