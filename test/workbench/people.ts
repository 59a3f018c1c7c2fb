import { randomUUID } from 'node:crypto'
import { found } from '../../functions/organizations/organization.ts'
import { organizations } from '../../functions/organizations/organization-store.ts'
import { type NewUser, register, type User } from '../../functions/users/user.ts'
import { users } from '../../functions/users/user-store.ts'
import { putCard } from '../../shared/identity/membership-store.ts'
import { begin as beginSession } from '../../shared/identity/session.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import { newId } from '../../shared/ids.ts'
import type { Change } from '../../shared/store/entity.ts'
import { loginKey, membershipKey, personKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { openTenant } from '../../shared/store/tenant.ts'
import { putNew, save, type Write } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'

/** People straight in the store, without Cognito and without a word to anybody. */

/** Somebody signed in. */
export interface Person {
  userId: string
  organizationId: string
  sessionId: string
  email: string
}

export interface Founding {
  roleIds?: string[]
  type?: 'customer' | 'mss_provider'
  email?: string
  isSignedIn?: boolean
}

export const tenant = (id: string) =>
  openTenant({
    id,
    meter: meter(),
    now: new Date().toISOString(),
    cursor: { key: 'bench', list: 'bench' },
    metadata: { actorId: 'system', actorKind: 'system', correlationId: 'bench', requestId: 'bench', source: 'bench' },
  })

/** A user as registration leaves it once the mail is verified. */
function verified(user: NewUser): Change<User> {
  const change = register(user)
  return { ...change, after: { ...change.after, emailVerified: true } }
}

function session(user: User, at: string) {
  const expiresAt = new Date(Date.parse(at) + 7 * 86_400_000).toISOString()
  return beginSession({
    id: randomUUID(),
    organizationId: user.organizationId,
    personId: user.id,
    device: 'jest',
    ipAddress: '192.0.2.1',
    userAgent: 'jest',
    mfa: false,
    method: 'password',
    at,
    expiresAt,
    epoch: 1,
    generation: 1,
  })
}

interface Settling {
  type: string
  more?: Write[]
  /** Without one, nobody has signed in yet. */
  isSignedIn?: boolean
}

async function settle(user: Change<User>, { type, more = [], isSignedIn = true }: Settling): Promise<Person> {
  const { id, organizationId, email, createdAt } = user.after
  const begun = session(user.after, createdAt)
  const person = { id, homeOrganizationId: organizationId, defaultOrganizationId: organizationId, email, elsewhere: 0, epoch: 1 }
  const membership = { organizationId, name: 'Bench', type, status: 'trial', role: 'admin', userStatus: 'active' }
  await tenant(organizationId).commit([
    ...more,
    save(users, user),
    ...(isSignedIn ? [save(sessions, begun)] : []),
    putNew(loginKey(mailHash(email)), { personId: id, organizationId, epoch: 1 }, 'EMAIL_TAKEN'),
    putNew(personKey(id), person, 'CONFLICT'),
    putNew(membershipKey(id, organizationId), membership, 'CONFLICT'),
  ])
  return { userId: id, organizationId, sessionId: begun.after.id, email }
}

const newUser = (organizationId: string, roleIds: string[], email?: string): NewUser => {
  const id = newId('usr')
  const at = new Date().toISOString()
  const names = { firstName: 'Ada', lastName: 'Lovelace' }
  return {
    id,
    organizationId,
    ...names,
    email: email ?? `${id.toLowerCase()}@example.com`,
    roleIds,
    by: id,
    at,
  }
}

export async function founder({ roleIds = ['rol_admin'], type = 'customer', email, isSignedIn = true }: Founding = {}) {
  const organizationId = newId('org')
  const user = newUser(organizationId, roleIds, email)
  const slug = organizationId.toLowerCase().replace('_', '-')
  const founding = { id: organizationId, name: 'Bench', slug, type, foundedBy: user.id, cursorKey: randomUUID(), at: user.at }
  const organization = found(founding)
  return settle(verified(user), { type, more: [save(organizations, organization), putCard(organization.after)], isSignedIn })
}

export const member = (of: Person, { roleIds = ['rol_basic_user'], email }: { roleIds?: string[]; email?: string } = {}) =>
  settle(verified(newUser(of.organizationId, roleIds, email)), { type: 'customer' })
