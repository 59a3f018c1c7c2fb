import { marshall } from '@aws-sdk/util-dynamodb'
import { decodeJwt } from 'jose'
import { registrationBegun } from '../events/identity.ts'
import type { AcceptCall, Invited } from '../functions/identity/invited.ts'
import { lastSignal } from '../functions/identity/test-events.ts'
import { read, table } from '../functions/identity/test-people.ts'
import { handler as mailRegistration } from '../functions/notifications/on-registration-begun.ts'
import { organizations } from '../functions/organizations/door.ts'
import { invite, users } from '../functions/users/door.ts'
import type { InvitationLink } from '../shared/identity/codes.ts'
import { mintInvitation, mintReset } from '../shared/identity/codes.ts'
import { findLogin } from '../shared/identity/login-store.ts'
import type { Person as PersonRecord } from '../shared/identity/person.ts'
import { findPerson, raiseEpoch } from '../shared/identity/person-store.ts'
import { createIdentity } from '../shared/identity-provider.ts'
import { newId } from '../shared/ids.ts'
import type { Caller } from '../shared/serve/call.ts'
import { type Key, personKey, registrationKey, sessionKey } from '../shared/store/keys.ts'
import { meter } from '../shared/store/meter.ts'
import type { Item, Table } from '../shared/store/table.ts'
import { patch, put, save } from '../shared/store/writes.ts'
import type * as Workbench from './workbench.ts'
import type { Bench, Person, Reply } from './workbench.ts'

export interface Guard {
  /** From the project's root. */
  module: string
  /** What a mutant of the module exports in its place. */
  mutant: (actual: Record<string, unknown>) => Record<string, unknown>
}

/**
 * Attacks that the first design fell to, each against one guard of today's. An attack says what the attacker got: nothing, or words. The
 * same attack is made against a mutant without the guard, which it must get past: else the test of it could not fail.
 */
export interface Attack {
  name: string
  /** What stands in its way; several, where each alone is enough. */
  guard: Guard | readonly Guard[]
  run: (field: Field) => Promise<string | undefined>
}

/** What an attack is made with: what it is laid out by is as it is, and what it attacks is loaded anew, with the mutant in its place. */
export interface Field {
  bench: Bench
  // biome-ignore lint/suspicious/noExplicitAny: modules are named at run time, after the mutant has taken its place.
  load: (file: string) => any
}

const PASSWORD = 'correct horse Battery 9'
const WRONG = 'Wrong Password 123'
let number = 0
const newMail = () => `attacked-${++number}@example.com`
const newIp = () => `198.51.100.${++number % 250}`

/** Calls an endpoint by the name of its contract. */
async function call({ bench, load }: Field, context: string, name: string, options: Workbench.RequestOptions = {}): Promise<Reply> {
  const file = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const { handler } = load(`functions/${context}/${file}.ts`)
  return bench.request(handler, load(`functions/${context}/contract.ts`)[name], { ip: newIp(), ...options })
}

/** Somebody with a password and an organization of their own. */
async function somebody({ bench }: Field): Promise<Person> {
  const person = await bench.founder()
  await createIdentity(meter(), person.userId, PASSWORD)
  return person
}

const signIn = (field: Field, email: string, password = PASSWORD) => call(field, 'identity', 'login', { body: { email, password } })

async function signedIn(field: Field, person: Person): Promise<Person & { refreshToken: string }> {
  const { tokens } = (await signIn(field, person.email)).body.data
  return { ...person, sessionId: String(decodeJwt(tokens.accessToken).origin_jti), refreshToken: tokens.refreshToken }
}

const change = ({ bench }: Field, organizationId: string, key: Key, set: Item) => bench.tenant(organizationId).commit(patch(key, set))

const stale = (field: Field, { userId, sessionId, organizationId }: Person) =>
  change(field, organizationId, sessionKey(userId, sessionId), { freshAt: '2026-01-01T00:00:00.000Z' })

const got = (reply: Reply, what: string) => (reply.status < 300 ? what : undefined)

/** A check that never fails. */
const unchecked = () => () => []

const codeIn = (field: Field, to: string): string => {
  const texts = field.bench.mails
    .map(({ body }) => JSON.parse(body.toString()))
    .filter(({ Destination }) => Destination.ToAddresses[0] === to)
  return /^ {4}(\d{6})$/m.exec(texts.at(-1)?.Content.Simple.Body.Text.Data ?? '')?.[1] ?? ''
}

/** Begins a registration and lets its mail go out. */
async function registered(field: Field, email: string): Promise<string> {
  const admin = { email, password: PASSWORD, firstName: 'Eve', lastName: 'Squatter' }
  const reply = await call(field, 'identity', 'register', { body: { organization: { name: 'Squatters' }, admin } })
  const id = reply.body.data.registrationId
  const stored = await read(registrationKey(id))
  await field.bench.react(mailRegistration, await lastSignal(String(stored?.organizationId), registrationBegun))
  return id
}

export const attacks: Attack[] = [
  {
    name: 'a squatter finishes the registration of an address that somebody else reads',
    guard: {
      module: 'shared/identity/codes.ts',
      mutant: () => ({ judgeCode: async (table: Table, { key }: { key: Key }) => (await table.read([key]))[0] }),
    },
    async run(field) {
      const victim = newMail()
      const registrationId = await registered(field, victim)
      const code = codeIn(field, victim) === '000000' ? '000001' : '000000'
      return got(await call(field, 'identity', 'verifyEmail', { body: { registrationId, code } }), 'an organization under the address')
    },
  },
  {
    name: "somebody signed in with their own address accepts another's invitation",
    guard: {
      module: 'functions/identity/invited.ts',
      mutant: ({ readInvited }) => ({ readInvited: forWhoeverIsSignedIn(readInvited as ReadInvited) }),
    },
    async run(field) {
      const { bench } = field
      const [ada, eve] = [await bench.founder(), await somebody(field)]
      const [email, invitedAt, userId] = [newMail(), new Date().toISOString(), newId('usr')]
      const { organizationId } = ada
      const names = { firstName: 'Grace', lastName: 'Hopper', roleIds: ['rol_basic_user'], by: ada.userId, at: invitedAt }
      const { token, write } = mintInvitation({ userId, organizationId, email, invitedAt })
      await bench.tenant(organizationId).commit([save(users, invite({ id: userId, organizationId, email, ...names })), write])
      return got(
        await call(field, 'identity', 'acceptInvitation', { body: { token }, as: await signedIn(field, eve) }),
        'a place in the organization',
      )
    },
  },
  {
    name: 'a home administrator resets the second factor of somebody who belongs to another organization too',
    guard: { module: 'shared/identity/home-store.ts', mutant: () => ({ requireManaged: unchecked }) },
    async run(field) {
      const { bench } = field
      const ada = await bench.founder()
      const grace = await bench.member(ada)
      await change(field, ada.organizationId, personKey(grace.userId), { elsewhere: 1 })
      return got(await call(field, 'users', 'resetUserMfa', { as: ada, params: { id: grace.userId } }), 'the way past the second factor')
    },
  },
  {
    name: 'an account manager locks an administrator',
    guard: { module: 'functions/users/granting.ts', mutant: () => ({ requireAsMighty: async () => undefined }) },
    async run(field) {
      const head = await field.bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
      const manager = await field.bench.member(head, { roleIds: ['rol_account_manager'] })
      const other = await field.bench.member(head, { roleIds: ['rol_super_admin'] })
      const reply = await call(field, 'users', 'lockUser', { as: manager, params: { id: other.userId }, body: { reason: 'Mutiny' } })
      return got(reply, 'the administrator out of the way')
    },
  },
  {
    name: 'a thief with an access token plants a second factor',
    guard: { module: 'shared/identity/fresh.ts', mutant: () => ({ isFresh: () => true }) },
    async run(field) {
      const ada = await signedIn(field, await somebody(field))
      await stale(field, ada)
      const reply = await call(field, 'identity', 'replaceBackupCodes', { as: ada })
      return reply.body.code === 'STEP_UP_REQUIRED' ? undefined : 'past the step-up'
    },
  },
  {
    name: 'eight wrong passwords at once are all judged',
    guard: {
      module: 'functions/identity/attempts.ts',
      mutant: () => ({ reserveTry: async () => ({ tries: 0, wrong: 0, expiresAt: '' }) }),
    },
    async run(field) {
      const ada = await somebody(field)
      const replies = await Promise.all(Array.from({ length: 8 }, () => signIn(field, ada.email, WRONG)))
      const judged = replies.filter(({ body }) => body.code === 'INVALID_CREDENTIALS').length
      return judged > 5 ? `${judged} guesses` : undefined
    },
  },
  {
    name: 'an eleventh wrong code is judged on one day',
    guard: { module: 'shared/identity/code-budget.ts', mutant: () => ({ reserveCode: async () => undefined }) },
    async run(field) {
      const ada = await somebody(field)
      for (let n = 0; ; n++) {
        const { code, write } = mintReset(ada.email, ada.userId, new Date().toISOString())
        await field.bench.tenant(ada.organizationId).commit(write)
        const wrong = code === '000000' ? '000001' : '000000'
        const reply = await call(field, 'identity', 'resetPassword', { body: { email: ada.email, code: wrong, newPassword: PASSWORD } })
        if (reply.status === 429) return undefined
        if (n >= 10) return 'further guesses'
      }
    },
  },
  {
    name: 'a refresh token that was exchanged long ago is exchanged again',
    guard: { module: 'functions/identity/refresh-chain.ts', mutant: () => ({ judge: () => 'newest' }) },
    async run(field) {
      const ada = await signedIn(field, await somebody(field))
      const renew = (refreshToken: string) => call(field, 'identity', 'refresh', { body: { refreshToken } })
      const next = (await renew(ada.refreshToken)).body.data.refreshToken
      await change(field, ada.organizationId, sessionKey(ada.userId, ada.sessionId), {
        rotatedAt: '2026-01-01T00:00:00.000Z',
      })
      await renew(ada.refreshToken)
      return got(await renew(next), 'a session for both')
    },
  },
  {
    name: 'a sign-in that Cognito let in with the old password begins a session after the change',
    guard: {
      module: 'shared/identity/person-store.ts',
      mutant: () => ({ requireEpoch: unchecked }),
    },
    async run(field) {
      const person = await somebody(field)
      // The device is known, so that the person's record itself need not change.
      await change(field, person.organizationId, personKey(person.userId), { devices: ['jest'] })
      const login = await findLogin(table(), person.email)
      // What a change of password does between Cognito's word and the transaction.
      const tenant = field.bench.tenant(person.organizationId)
      await tenant.commit(raiseEpoch((await findPerson(table(), person.userId)) as PersonRecord, {}))
      const { requireEpoch } = field.load('shared/identity/person-store.ts')
      const begun = tenant.commit([requireEpoch(person.userId, login?.epoch), put(sessionKey(person.userId, 'late'), {})])
      return begun.then(
        () => 'a session by the old password',
        () => undefined,
      )
    },
  },
  {
    name: 'a map with the key "constructor" makes every list of the tenant fail',
    // Kept as text, and told by what it is, not by how it is called: either is enough.
    guard: [
      { module: 'shared/store/stored-item.ts', mutant: (actual) => ({ toItem: withoutFreeForm(actual.toItem as ToItem) }) },
      { module: 'shared/store/attributes.ts', mutant: () => ({ toAttributes: byName }) },
    ],
    async run(field) {
      const ada = await field.bench.founder()
      const metadata = { constructor: { name: 'Buffer' } }
      const body = { email: newMail(), firstName: 'Eve', lastName: 'Buffer', metadata }
      const made = await call(field, 'users', 'createUser', { as: ada, body })
      const listed = await call(field, 'users', 'listUsers', { as: ada })
      return made.status >= 500 || listed.status >= 500 ? 'the lists broken' : undefined
    },
  },
  {
    name: "a provider's person goes on inside a customer that ended the link",
    guard: { module: 'shared/identity/life-cycle.ts', mutant: () => ({ leftWithProvider: () => false }) },
    async run(field) {
      const { bench } = field
      const ada = await bench.founder()
      const paul = await bench.member(ada, { roleIds: ['rol_admin'] })
      const [providerId, since] = [newId('org'), '2026-01-01T00:00:00.000Z']
      const { organizationId } = ada
      await change(field, organizationId, users.keyOf({ id: paul.userId, organizationId }), { fromProvider: providerId })
      await change(field, organizationId, organizations.keyOf({ id: organizationId, organizationId }), {
        provider: { organizationId: providerId, since, endedAt: since },
      })
      return got(await call(field, 'users', 'listUsers', { as: paul }), 'the users of a former customer')
    },
  },
]

/** Takes the invitation for the caller's, whatever address it went to. */
type ReadInvited = (call: AcceptCall, invitation: InvitationLink) => Promise<Invited>
const forWhoeverIsSignedIn =
  (readInvited: ReadInvited): ReadInvited =>
  async (call, invitation) => {
    const invited = await readInvited(call, invitation)
    const { personId, person } = call.caller as Caller
    const holder = { personId, organizationId: invited.tenant.id, epoch: person.epoch }
    return { ...invited, user: { ...invited.user, email: person.email }, holder }
  }

type ToItem = (entity: { freeForm?: unknown }, value: unknown) => unknown

const withoutFreeForm =
  (toItem: ToItem): ToItem =>
  (entity, value) =>
    toItem({ ...entity, freeForm: [] }, value)

/** AWS's own notation of a value, which tells bytes by the name of their constructor. */
const byName = (values: object) =>
  JSON.parse(
    JSON.stringify(marshall(values, { removeUndefinedValues: true }), (_, value) =>
      value?.B instanceof Uint8Array ? { B: Buffer.from(value.B).toString('base64') } : value,
    ),
  )
