import { decodeJwt } from 'jose'
import { mailChangeRequested, passwordForgotten, registrationBegun } from '../../events/identity.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { DomainEvent } from '../../shared/event.ts'
import type { LambdaHandler } from '../../shared/serve/serve.ts'
import { registrationKey } from '../../shared/store/keys.ts'
import { sentBy } from '../../test/workbench/letters.ts'
import type { Bench, Person, Reply } from '../../test/workbench.ts'
import { handler as mailNextAddress } from '../notifications/on-mail-change-requested.ts'
import { handler as mailReset } from '../notifications/on-password-reset.ts'
import { handler as mailRegistration } from '../notifications/on-registration-begun.ts'
import { handler as mailInvitation } from '../notifications/on-user-invited.ts'
import * as usersContract from '../users/contract.ts'
import { handler as createUser } from '../users/create-user.ts'
import { handler as deleteUser } from '../users/delete-user.ts'
import { users } from '../users/door.ts'
import { handler as reapproveUser } from '../users/reapprove-user.ts'
import { handler as resetUserMfa } from '../users/reset-user-mfa.ts'
import { handler as restoreUser } from '../users/restore-user.ts'
import { handler as updateUser } from '../users/update-user.ts'
import { handler as accept } from './accept-invitation.ts'
import { handler as changeEmail } from './change-email.ts'
import * as contract from './contract.ts'
import { handler as forgotPassword } from './forgot-password.ts'
import { handler as getMe } from './get-me.ts'
import { handler as login } from './login.ts'
import { handler as register } from './register.ts'
import { handler as resetPassword } from './reset-password.ts'
import { lastSignal } from './test-events.ts'
import { newIp, newMail, read } from './test-people.ts'
import { handler as verifyEmail } from './verify-email.ts'

/**
 * For the model of who may act where: two organizations, two addresses, and three people. The first two read one mailbox each and know
 * what is mailed there; the third reads none. Everybody tries everything with what they know.
 */

export const PEOPLE = 3
export const PASSWORDS = ['First horse Battery 1', 'Second horse Battery 2', 'Third horse Battery 3'] as const

interface Letter {
  code: string
  token: string
}

export interface World {
  bench: Bench
  admins: Person[]
  addresses: string[]
  registrations: { id: string; by: number; address: number }[]
  sessions: { of: number; as: Person }[]
  /** The people's user ids in each organization, as its administrator sees them. */
  members: Set<string>[]
  /** Who is behind a user id: whoever proved the address when it came to be. */
  behind: Map<string, number>
  /** Whom an administrator of the organization let in, by an address that they proved. */
  letIn: Set<number>[]
}

export async function openWorld(bench: Bench): Promise<World> {
  const admins = [await bench.founder(), await bench.founder()]
  const places = <T>(make: () => T) => admins.map(make)
  return {
    bench,
    admins,
    addresses: [newMail(), newMail()],
    registrations: [],
    sessions: [],
    behind: new Map(),
    members: places(() => new Set<string>()),
    letIn: places(() => new Set<number>()),
  }
}

const ask = (world: World, handler: LambdaHandler, what: Endpoint, body: object | undefined, more: object = {}): Promise<Reply> =>
  world.bench.request(handler, what, { ...(body ? { body } : {}), ip: newIp(), ...more })

/** Everything that was mailed to an address, as far as its reader can use it. */
const lettersTo = ({ bench, addresses }: World, address: number): Letter[] =>
  sentBy(bench)
    .filter(({ to }) => to === addresses[address])
    .map(({ text }) => ({ code: /^ {4}(\d{6})$/m.exec(text)?.[1] ?? '', token: /[?&]token=([\w-]+)/.exec(text)?.[1] ?? '' }))

/** What a person can read: their own mailbox. */
const known = (world: World, who: number): Letter[] => (who < 2 ? lettersTo(world, who) : [])
const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)]

const happened = (world: World, handler: (event: never) => Promise<unknown>, event: DomainEvent) => world.bench.react(handler, event)

const lastEvent = async (world: World, organizationId: string, userId: string) =>
  (await world.bench.tenant(organizationId).events(users, userId)).at(-1) as DomainEvent

const live = (world: World, who: number) => world.sessions.filter((session) => session.of === who).map(({ as }) => as)

/** One act: who, and two numbers that choose among what there is. */
export type Act = (world: World, who: number, a: number, b: number) => Promise<void>

/** Whoever proves an address by a new account is behind it, and acts in no organization but their own. */
function proven(world: World, who: number, reply: Reply) {
  if (reply.status === 201) world.behind.set(reply.body.data.user.id, who)
}

const change = async (world: World, place: number, handler: LambdaHandler, what: Endpoint, a: number, body?: object) => {
  const id = pick([...(world.members[place] ?? [])], a)
  return id === undefined ? undefined : { id, reply: await ask(world, handler, what, body, { as: world.admins[place], params: { id } }) }
}

export const acts: Record<string, Act> = {
  async register(world, who, a) {
    const address = a % 2
    const admin = { email: world.addresses[address], password: PASSWORDS[who], firstName: 'Ada', lastName: 'Lovelace' }
    const { body } = await ask(world, register, contract.register, { organization: { name: 'Own' }, admin })
    const id = body.data.registrationId as string
    world.registrations.push({ id, by: who, address })
    const stored = await read(registrationKey(id))
    await happened(world, mailRegistration, await lastSignal(String(stored?.organizationId), registrationBegun))
  },
  async proveByCode(world, who, a, b) {
    const registration = pick(
      world.registrations.filter(({ by }) => by === who),
      a,
    )
    const code = pick(known(world, who), b)?.code || '123456'
    if (registration) proven(world, who, await ask(world, verifyEmail, contract.verifyEmail, { registrationId: registration.id, code }))
  },
  async proveByLink(world, who, a) {
    const token = pick(known(world, who), a)?.token
    if (token) proven(world, who, await ask(world, verifyEmail, contract.verifyEmail, { token, password: PASSWORDS[who] }))
  },
  async invite(world, _who, a, b) {
    const place = b % 2
    const email = world.addresses[a % 2]
    const reply = await ask(
      world,
      createUser,
      usersContract.createUser,
      { email, firstName: 'Grace', lastName: 'Hopper' },
      { as: world.admins[place] },
    )
    if (reply.status !== 201) return
    const { id, organizationId } = reply.body.data
    world.members[place]?.add(id)
    await happened(world, mailInvitation, await lastEvent(world, organizationId, id))
  },
  async accept(world, who, a, b) {
    const token = pick(known(world, who), a)?.token
    if (!token) return
    const as = pick(live(world, who), b)
    const given = as ? { token } : { token, password: PASSWORDS[who] }
    const reply = await ask(world, accept, contract.acceptInvitation, given, as ? { as } : {})
    if (reply.status !== 200) return
    const { user, organization } = reply.body.data
    const place = world.admins.findIndex(({ organizationId }) => organizationId === organization.id)
    world.members[place]?.add(user.id)
    world.behind.set(user.id, world.behind.get(user.id) ?? who)
    world.letIn[place]?.add(who)
  },
  async signIn(world, who, a) {
    const reply = await ask(world, login, contract.login, { email: world.addresses[a % 2], password: PASSWORDS[who] })
    if (reply.status !== 200 || reply.body.data.mfaRequired) return
    const { user, tokens } = reply.body.data
    const sessionId = String(decodeJwt(tokens.accessToken).origin_jti)
    world.sessions.push({ of: who, as: { userId: user.id, organizationId: user.organizationId, sessionId, email: user.email } })
  },
  async remove(world, _who, a, b) {
    const done = await change(world, b % 2, deleteUser, usersContract.deleteUser, a)
    const behind = done?.reply.status === 204 ? world.behind.get(done.id) : undefined
    if (behind !== undefined) world.letIn[b % 2]?.delete(behind)
  },
  async restore(world, _who, a, b) {
    const done = await change(world, b % 2, restoreUser, usersContract.restoreUser, a)
    const behind = done?.reply.body?.data?.status === 'active' ? world.behind.get(done.id) : undefined
    if (behind !== undefined) world.letIn[b % 2]?.add(behind)
  },
  /** An administrator tries to give somebody an address that another reads. */
  async move(world, _who, a, b) {
    const place = b % 2
    const done = await change(world, place, updateUser, usersContract.updateUser, a, { email: world.addresses[(a + b) % 2] })
    if (done?.reply.status !== 200) return
    const { organizationId } = world.admins[place] as Person
    const event = await lastEvent(world, organizationId, done.id)
    await happened(world, mailInvitation, event)
    const asked = await lastSignal(organizationId, mailChangeRequested).catch(() => undefined)
    if (asked) await happened(world, mailNextAddress, asked)
  },
  async resetFactor(world, _who, a, b) {
    await change(world, b % 2, resetUserMfa, usersContract.resetUserMfa, a)
  },
  async reapprove(world, _who, a, b) {
    await change(world, b % 2, reapproveUser, usersContract.reapproveUser, a)
  },
  async askForAddress(world, who, a, b) {
    const as = pick(live(world, who), a)
    if (!as) return
    const reply = await ask(world, changeEmail, contract.changeEmail, { email: world.addresses[b % 2] }, { as })
    const asked = reply.status === 202 ? await lastSignal(as.organizationId, mailChangeRequested).catch(() => undefined) : undefined
    if (asked) await happened(world, mailNextAddress, asked)
  },
  async confirmAddress(world, who, a, b) {
    const as = pick(live(world, who), a)
    const code = pick(known(world, who), b)?.code
    if (as && code) await ask(world, verifyEmail, contract.verifyEmail, { email: world.addresses[who % 2], code }, { as })
  },
  /** Whoever reads the mailbox may set a password for whoever signs in with it: that is what the address is for. */
  async forget(world, who, a, b) {
    const address = a % 2
    const email = world.addresses[address] ?? ''
    await ask(world, forgotPassword, contract.forgotPassword, { email })
    for (const { organizationId } of world.admins) {
      const event = await lastSignal(organizationId, passwordForgotten).catch(() => undefined)
      if (event) await happened(world, mailReset, event)
    }
    const letter = pick(known(world, who), b)
    if (letter?.code) await ask(world, resetPassword, contract.resetPassword, { email, code: letter.code, newPassword: PASSWORDS[who] })
  },
}

/** Who acts in which of the two organizations at this moment, by any session they ever had. */
export async function whoActs(world: World): Promise<{ who: number; place: number }[]> {
  const found: { who: number; place: number }[] = []
  for (const { of: who, as } of world.sessions)
    for (const [place, { organizationId }] of world.admins.entries()) {
      const { status } = await ask(world, getMe, contract.getMe, undefined, { as, headers: { 'x-organization-id': organizationId } })
      if (status === 200) found.push({ who, place })
    }
  return found
}
