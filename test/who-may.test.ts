import { describe, expect, test } from '@jest/globals'
import { catalogue } from '../functions/catalogue.ts'
import type { Endpoint } from '../shared/endpoint.ts'
import type { LambdaHandler } from '../shared/serve/serve.ts'
import { castOf, type Seat, setOrganization, setUser } from './who-may-world.ts'
import { workbench } from './workbench.ts'

/**
 * Who may do what to whom. Columns say who acts:
 * - `admin`, `super`: administrator of the person's organization and home; super administrator, where it is a provider
 * - `guest`: administrator of an organization where the person is a member, and not at home
 * - `heir`: the same, where the person was removed at home and belongs here alone by now
 * - `stranger`: administrator of another organization, at home; `intruder`: the same, naming the person's organization
 * - `provider`: super administrator of the provider that made the organization, at home; `visiting`: naming the customer
 * - `parted`: one of the provider's people, an administrator inside the customer, after the link ended
 * - `self`, `basic`: the person; another basic user
 * - `manager`, `upstart`: an account manager of a provider, who may create, read and update users; the same, acting on a super administrator
 * - `local`, `steward`: at a customer, an administrator of the provider's own people (`rol_admin`), and an account manager
 * - `unfresh`, `unfreshProvider`: as `admin` and `provider`, in a session that proved itself more than five minutes ago
 * - `held`: as `admin`, after a recovery of the account that nobody here has approved since
 * - the others are administrators of the person's organization, and something stands against them: they are locked, disabled or removed,
 *   their session has ended or outlived what the organization allows, a second factor is demanded and not passed, the organization is
 *   suspended, leaving or closed
 *
 * `yes` is a success, every other word a refusal.
 */
const TABLE = `
                               admin   super   guest   stranger intruder provider visiting parted  self basic manager upstart locked disabled removed ended outlived local   steward unfresh unfreshProvider factorless suspended leaving closed heir    held
getUser                        yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     yes     locked disabled nothing ended ended    nothing nothing yes     nothing         factor     suspended yes     closed yes     held
listUsers                      yes     yes     yes     yes      nothing  yes      nothing  nothing no   no    yes     yes     locked disabled nothing ended ended    yes     yes     yes     yes             factor     suspended yes     closed yes     held
updateUser                     yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing yes     nothing         factor     suspended leaving closed yes     held
changeMail                     yes     yes     several nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing stale   nothing         factor     suspended leaving closed several held
createUser                     yes     yes     yes     yes      nothing  yes      nothing  nothing no   no    yes     yes     locked disabled nothing ended ended    yes     yes     yes     yes             factor     suspended leaving closed yes     held
inviteUser                     yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing yes     nothing         factor     suspended leaving closed yes     held
withdrawInvitation             yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing yes     nothing         factor     suspended yes     closed yes     held
setUserRoles                   yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    no      no      locked disabled nothing ended ended    nothing no      yes     nothing         factor     suspended leaving closed yes     held
appointAdministrator           yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    no      no      locked disabled nothing ended ended    nothing no      stale   nothing         factor     suspended leaving closed yes     held
lockUser                       yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing yes     nothing         factor     suspended yes     closed yes     held
lockAdministrator              yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    no      no      locked disabled nothing ended ended    nothing nothing stale   nothing         factor     suspended yes     closed yes     held
unlockUser                     yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing yes     nothing         factor     suspended leaving closed yes     held
activateUser                   yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing yes     nothing         factor     suspended leaving closed yes     held
deactivateUser                 yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing yes     nothing         factor     suspended yes     closed yes     held
deactivateAdministrator        yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    no      no      locked disabled nothing ended ended    nothing nothing stale   nothing         factor     suspended yes     closed yes     held
resetUserPassword              yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing stale   stale           factor     suspended leaving closed yes     held
resetUserMfa                   yes     yes     several nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing stale   stale           factor     suspended leaving closed several held
reapproveUser                  yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing stale   stale           factor     suspended leaving closed yes     held
endUserSessions                yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     no      locked disabled nothing ended ended    nothing nothing yes     nothing         factor     suspended yes     closed yes     held
listUserSessions               yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    yes     yes     locked disabled nothing ended ended    nothing nothing yes     nothing         factor     suspended yes     closed yes     held
listUserHistory                yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    no      no      locked disabled nothing ended ended    nothing no      yes     nothing         factor     suspended yes     closed yes     held
deleteUser                     yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    no      no      locked disabled nothing ended ended    nothing no      yes     nothing         factor     suspended yes     closed yes     held
deleteAdministrator            yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    no      no      locked disabled nothing ended ended    nothing no      stale   nothing         factor     suspended yes     closed yes     held
restoreUser                    yes     yes     yes     nothing  nothing  nothing  nothing  nothing no   no    no      no      locked disabled nothing ended ended    nothing no      yes     nothing         factor     suspended leaving closed yes     held
listAuditLogs                  yes     yes     yes     yes      nothing  yes      nothing  nothing no   no    no      no      locked disabled nothing ended ended    yes     no      yes     yes             factor     suspended yes     closed yes     held
listRoles                      yes     yes     yes     yes      nothing  yes      nothing  nothing no   no    no      no      locked disabled nothing ended ended    yes     no      yes     yes             factor     suspended yes     closed yes     held
getOrganization                yes     yes     yes     yes      nothing  yes      nothing  nothing no   no    no      no      locked disabled nothing ended ended    yes     no      yes     yes             factor     suspended yes     closed yes     held
updateOrganization             yes     yes     yes     yes      nothing  yes      nothing  nothing no   no    no      no      locked disabled nothing ended ended    yes     no      yes     yes             factor     suspended leaving closed yes     held
updateSecurity                 yes     yes     yes     yes      nothing  yes      nothing  nothing no   no    no      no      locked disabled nothing ended ended    yes     no      stale   stale           factor     suspended leaving closed yes     held
endProvider                    nothing nothing nothing nothing  nothing  nothing  nothing  nothing no   no    no      no      locked disabled nothing ended ended    nothing no      stale   stale           factor     suspended nothing closed nothing held
leaveOrganization              last    last    last    last     nothing  last     nothing  nothing yes  yes   yes     yes     locked disabled nothing ended ended    yes     yes     last    last            factor     suspended last    closed last    held
leaveMembership                last    last    last    nothing  nothing  nothing  nothing  nothing yes  yes   yes     yes     locked disabled nothing ended ended    nothing nothing last    nothing         last       suspended last    closed last    last
getMe                          yes     yes     yes     yes      nothing  yes      nothing  nothing yes  yes   yes     yes     locked disabled nothing ended ended    yes     yes     yes     yes             yes        suspended yes     closed yes     yes
updateMe                       yes     yes     yes     yes      nothing  yes      nothing  nothing yes  yes   yes     yes     locked disabled nothing ended ended    yes     yes     yes     yes             yes        suspended yes     closed yes     yes
foundOrganization              yes     yes     yes     yes      nothing  yes      nothing  nothing yes  yes   yes     yes     locked disabled nothing ended ended    yes     yes     yes     yes             yes        suspended yes     closed yes     yes
changeEmail                    yes     yes     yes     yes      nothing  yes      nothing  nothing yes  yes   yes     yes     locked disabled nothing ended ended    yes     yes     stale   stale           yes        suspended yes     closed yes     yes
setHome                        yes     yes     yes     yes      nothing  yes      nothing  nothing yes  yes   yes     yes     locked disabled nothing ended ended    yes     yes     stale   stale           yes        suspended yes     closed yes     yes
getNotificationPreferences     yes     yes     yes     yes      nothing  yes      nothing  nothing yes  yes   yes     yes     locked disabled nothing ended ended    yes     yes     yes     yes             factor     suspended yes     closed yes     held
replaceNotificationPreferences yes     yes     yes     yes      nothing  yes      nothing  nothing yes  yes   yes     yes     locked disabled nothing ended ended    yes     yes     yes     yes             factor     suspended leaving closed yes     held
listJobs                       yes     yes     yes     yes      nothing  yes      nothing  nothing yes  yes   yes     yes     locked disabled nothing ended ended    yes     yes     yes     yes             factor     suspended yes     closed yes     held
listOrganizations              no      yes     no      no       nothing  yes      nothing  nothing no   no    yes     yes     locked disabled nothing ended ended    no      yes     no      yes             factor     suspended no      closed no      held
createCustomer                 no      yes     no      no       nothing  yes      nothing  nothing no   no    yes     yes     locked disabled nothing ended ended    no      yes     no      stale           factor     suspended leaving closed no      held
getCustomerOrganization        no      nothing no      no       nothing  yes      nothing  nothing no   no    nothing nothing locked disabled nothing ended ended    no      yes     no      yes             factor     suspended no      closed no      held
updateCustomerOrganization     no      nothing no      no       nothing  yes      nothing  nothing no   no    nothing nothing locked disabled nothing ended ended    no      yes     no      yes             factor     suspended leaving closed no      held
updateCustomerSecurity         no      nothing no      no       nothing  yes      nothing  nothing no   no    nothing nothing locked disabled nothing ended ended    no      no      no      stale           factor     suspended leaving closed no      held
listOrganizationUsers          no      nothing no      no       nothing  yes      nothing  nothing no   no    nothing nothing locked disabled nothing ended ended    no      yes     no      yes             factor     suspended no      closed no      held
createOrganizationUser         no      nothing no      no       nothing  yes      nothing  nothing no   no    nothing nothing locked disabled nothing ended ended    no      yes     no      yes             factor     suspended leaving closed no      held
appointAtCustomer              no      nothing no      no       nothing  yes      nothing  nothing no   no    nothing nothing locked disabled nothing ended ended    no      no      no      stale           factor     suspended leaving closed no      held
suspendOrganization            no      nothing no      no       nothing  yes      nothing  nothing no   no    nothing nothing locked disabled nothing ended ended    no      yes     no      stale           factor     suspended no      closed no      held
activateOrganization           no      nothing no      no       nothing  yes      nothing  nothing no   no    no      no      locked disabled nothing ended ended    no      no      no      stale           factor     suspended no      closed no      held
offboardOrganization           no      nothing no      no       nothing  yes      nothing  nothing no   no    no      no      locked disabled nothing ended ended    no      no      no      stale           factor     suspended no      closed no      held
closeOrganization              no      nothing no      no       nothing  yes      nothing  nothing no   no    no      no      locked disabled nothing ended ended    no      no      no      stale           factor     suspended no      closed no      held
cancelClosing                  no      nothing no      no       nothing  yes      nothing  nothing no   no    no      no      locked disabled nothing ended ended    no      no      no      yes             factor     suspended no      closed no      held
`

const WORDS: Record<string, string> = {
  no: 'FORBIDDEN',
  nothing: 'NOT_FOUND',
  several: 'PERSON_OF_SEVERAL',
  last: 'LAST_ADMIN',
  locked: 'ACCOUNT_LOCKED',
  disabled: 'ACCOUNT_DISABLED',
  ended: 'INVALID_SESSION',
  stale: 'STEP_UP_REQUIRED',
  held: 'REAPPROVAL_REQUIRED',
  factor: 'MFA_REQUIRED',
  suspended: 'ORGANIZATION_SUSPENDED',
  leaving: 'ORGANIZATION_OFFBOARDING',
  closed: 'ORGANIZATION_CLOSED',
}

interface Action {
  /** The endpoint, where the row has a name of its own. */
  name?: string
  body?: (seat: Seat) => object
  /** How the person is found, written straight into their record. */
  found?: Record<string, unknown>
  /** The state of the customer that is acted on, written straight into its record. */
  at?: () => Record<string, unknown>
  on?: 'user' | 'organization' | 'nobody'
  /** What the person is, if not a basic user. */
  roleIds?: string[]
}

let number = 0
const freshMail = () => `who-may-${++number}@example.com`
const newcomer = () => ({ email: freshMail(), firstName: 'Joan', lastName: 'Clarke' })
const because = () => ({ reason: 'Test' })
const security = () => ({ settings: { auditRetentionDays: 400 } })
const own = { on: 'nobody' } as const
const customer = { on: 'organization' } as const
const administrator = { roleIds: ['rol_admin'] }

const actions: Record<string, Action> = {
  getUser: {},
  listUsers: own,
  updateUser: { body: () => ({ department: 'Engines' }) },
  changeMail: { name: 'updateUser', body: () => ({ email: freshMail() }) },
  createUser: { ...own, body: newcomer },
  inviteUser: { found: { status: 'invited' } },
  withdrawInvitation: { found: { status: 'invited' } },
  setUserRoles: { body: () => ({ roleIds: [] }) },
  appointAdministrator: { name: 'setUserRoles', body: () => ({ roleIds: ['rol_admin'] }) },
  lockUser: { body: because },
  lockAdministrator: { name: 'lockUser', body: because, ...administrator },
  unlockUser: { found: { status: 'locked' } },
  activateUser: { found: { status: 'disabled' } },
  deactivateUser: {},
  deactivateAdministrator: { name: 'deactivateUser', ...administrator },
  resetUserPassword: {},
  resetUserMfa: {},
  reapproveUser: { found: { reapprovalSince: '2026-01-01T00:00:00.000Z' } },
  endUserSessions: {},
  listUserSessions: {},
  listUserHistory: {},
  deleteUser: {},
  deleteAdministrator: { name: 'deleteUser', ...administrator },
  restoreUser: { found: { deletedAt: new Date().toISOString() } },
  listAuditLogs: own,
  listRoles: own,
  getOrganization: own,
  updateOrganization: { ...own, body: () => ({ name: 'Renamed' }) },
  updateSecurity: { ...own, name: 'updateOrganization', body: security },
  endProvider: own,
  leaveOrganization: own,
  leaveMembership: customer,
  getMe: own,
  updateMe: { ...own, body: () => ({ locale: 'de' }) },
  foundOrganization: { ...own, body: () => ({ name: 'One more' }) },
  changeEmail: { ...own, body: () => ({ email: freshMail() }) },
  setHome: { ...own, body: ({ as }) => ({ organizationId: as.organizationId }) },
  getNotificationPreferences: own,
  replaceNotificationPreferences: { ...own, body: () => ({}) },
  listJobs: own,
  listOrganizations: own,
  createCustomer: { ...own, name: 'createCustomerOrganization', body: () => ({ name: 'Acme', admin: newcomer() }) },
  getCustomerOrganization: customer,
  updateCustomerOrganization: { ...customer, body: () => ({ name: 'Renamed' }) },
  updateCustomerSecurity: { ...customer, name: 'updateCustomerOrganization', body: security },
  listOrganizationUsers: customer,
  createOrganizationUser: { ...customer, body: newcomer },
  appointAtCustomer: { ...customer, name: 'createOrganizationUser', body: () => ({ ...newcomer(), roleIds: ['rol_admin'] }) },
  suspendOrganization: { ...customer, body: because },
  activateOrganization: customer,
  offboardOrganization: customer,
  closeOrganization: { ...customer, at: () => ({ status: 'offboarding' }) },
  cancelClosing: { ...customer, at: () => ({ status: 'offboarding', closesAt: new Date(Date.now() + 3_600_000).toISOString() }) },
}

const bench = workbench()

const loaded = new Map<string, { handler: LambdaHandler; contract: Endpoint }>()

async function endpointOf(name: string) {
  const known = loaded.get(name)
  if (known) return known
  const { file, contract } = catalogue.find((each) => each.name === name) as (typeof catalogue)[number]
  const { handler } = (await import(`../${file}`)) as { handler: LambdaHandler }
  loaded.set(name, { handler, contract })
  return { handler, contract }
}

/** Whoever was refused is as they were, and takes the next seat too; whoever acted makes room for somebody new. */
const seats = new Map<string, Seat>()

async function seatOf(who: string): Promise<Seat> {
  const seat = seats.get(who) ?? (await (castOf(bench)[who] as () => Promise<Seat>)())
  seats.set(who, seat)
  return seat
}

async function cell(action: string, who: string): Promise<string> {
  const word = await outcome(action, await seatOf(who))
  const { at, roleIds } = actions[action] as Action
  // What was laid out for the action, another administrator say, is not for the next.
  if (word === 'yes' || at || roleIds) seats.delete(who)
  return word
}

/** One cell: what becomes of it, as the table's word. */
async function outcome(action: string, seat: Seat): Promise<string> {
  const { as, headers, organizationId, whom } = seat
  const { name = action, body, found, at, on = 'user', roleIds } = actions[action] as Action
  const { handler, contract } = await endpointOf(name)
  const userId = on === 'user' ? await whom(roleIds) : ''
  // Whoever acts on themselves is not to be in the state that others would find them in.
  if (found && userId !== as.userId) await setUser(bench, { organizationId, userId }, found)
  if (at && organizationId !== as.organizationId) await setOrganization(bench, organizationId, at())
  const params = on === 'user' ? { id: userId } : on === 'organization' ? { id: organizationId } : undefined
  const reply = await bench.request(handler, contract, {
    as,
    ...(headers ? { headers } : {}),
    ...(params ? { params } : {}),
    ...(body ? { body: body(seat) } : {}),
  })
  if (reply.status < 300) return 'yes'
  return Object.entries(WORDS).find(([, code]) => code === reply.body.code)?.[0] ?? `${reply.status} ${reply.body.code}`
}

const lines = TABLE.trim().split('\n')
const [columns = [], ...rows] = lines.map((line) => line.trim().split(/\s+/))

test('every action and everybody has a place in the table', () => {
  expect(rows.map(([action]) => action)).toEqual(Object.keys(actions))
  expect(columns).toEqual(Object.keys(castOf(bench)))
  expect(rows.filter((row) => row.length !== columns.length + 1)).toEqual([])
})

describe('as the table says, for everybody:', () => {
  test.each(rows)('%s', async (action = '', ...cells) => {
    const seen = await Promise.all(columns.map((who) => cell(action, who)))
    const named = (words: readonly string[]) => Object.fromEntries(columns.map((who, n) => [who, words[n]]))
    expect(named(seen)).toEqual(named(cells))
  })
})
