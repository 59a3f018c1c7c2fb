import type { Person } from '../../shared/identity/person.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import type { ReactionCall } from '../../shared/react.ts'
import { organizations } from '../organizations/door.ts'
import { type User, users } from '../users/door.ts'
import type { Recipient } from './letters.ts'

/** Somebody whose account an event is about, told at the address they proved, whatever the user records show by now. */
export interface Told {
  person: Person
  /** As their mail addresses them. */
  to: Recipient
  name: string | undefined
}

/** Takes the look-up PERSON. */
export async function toldOf({ tenant, lookups }: ReactionCall, personId: string): Promise<Told | undefined> {
  const [person, user, organization] = await Promise.all([
    findPerson(lookups, personId),
    tenant.get<User>(users, personId),
    tenant.get(organizations, tenant.id),
  ])
  if (!person || !organization) return undefined
  const name = user && `${user.firstName} ${user.lastName}`
  return { person, to: { locale: user?.locale, organization: organization.name, firstName: user?.firstName }, name }
}
