import type { Environment, Principal, Resource } from '../../shared/access/model.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { leftWithProvider } from '../../shared/identity/life-cycle.ts'
import { PermissionName } from '../../shared/schema.ts'
import { isEnded } from '../../shared/serve/admit.ts'
import type { Call, PrincipalGate } from '../../shared/serve/call.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import type { OrganizationGate } from '../../shared/serve/gates.ts'
import { asPrincipal, callerIn, isHere } from '../../shared/serve/principals.ts'
import { guestKey, type Key, principalKey } from '../../shared/store/keys.ts'
import type { Item } from '../../shared/store/table.ts'
import { awaitsReapproval, type User, users } from '../users/door.ts'
import { type Kind, keeperOf, kindOf } from './kinds.ts'

/** What a question is asked of: who it is about and what, as they are. */

export type Asking = Pick<Call<Endpoint>, 'tenant' | 'organization' | 'principal' | 'access' | 'policy' | 'now'>

/** A question as it is sent. */
export interface Inquiry {
  /** Default: oneself. */
  userId?: string | undefined
  permission: string
  resource?: Resource | undefined
  context?: { ip?: string | undefined; time?: string | undefined; service?: string | undefined; mfa?: boolean | undefined } | undefined
  /** What else is said of whoever it is about; what is known of them counts before it. */
  attributes?: Principal['attributes']
}

export interface Subject {
  principal: Principal
  /** Themselves as something to be seen; nobody needs a right to see themselves. */
  seenAs?: Resource
  /** Locked, deactivated or not yet joined: they may do nothing. */
  isBarred: boolean
}

/** A question with all that is read for it. */
export interface Case {
  permission: string
  /** Absent where nobody is there by this id, or nothing by the name of the permission. */
  subject: Subject | undefined
  /** As far as whoever asks may know in any case. */
  bare: Resource | undefined
  /** What is known of it, and what it takes to know it. */
  known?: { facts: Resource; seeing: string }
  environment: Environment
  now: string
}

/** Nothing else is a permission, whatever it begins with. */
export const isPermission = (name: string) => PermissionName.safeParse(name).success

const ID = /^[a-z]+_[0-9a-z]{26}$/

/** Of something with an id, where it lies is read; ids of ours all look alike. */
function readable({ type, id }: Resource): { kind: Kind; id: string } | undefined {
  return id && (!kindOf(type) || ID.test(id)) ? { kind: keeperOf(type), id } : undefined
}

/** Of what is kept here and may not be seen, or is not there, that it is named is all that counts; what is nowhere kept is as it is said. */
function bareOf(resource: Resource | undefined, isKept: boolean): Resource | undefined {
  if (!resource?.id || !(isKept || kindOf(resource.type))) return resource
  return { type: resource.type, id: resource.id }
}

/** Which part of the API is called, if nobody says: for most permissions the one that they are called after. */
const serviceOf = (permission: string) => permission.slice(0, permission.indexOf(':'))

function circumstances(call: Asking, { context = {}, permission }: Inquiry, isSelf: boolean): { environment: Environment; now: string } {
  const { ip, mfa } = isSelf ? call.access.environment : {}
  const said = { ip: context.ip ?? ip, mfa: context.mfa ?? mfa, service: context.service ?? serviceOf(permission) }
  const environment = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Environment
  return { environment, now: context.time ?? call.now }
}

/** They may do nothing here, whatever they hold. */
const isBarred = (organization: OrganizationGate, gate: PrincipalGate) =>
  gate.status !== 'active' || isEnded(organization, gate) || awaitsReapproval(gate)

function subjectOf(call: Asking, gate: PrincipalGate | undefined, more: Principal['attributes']): Subject | undefined {
  if (!isHere(gate) || leftWithProvider(call.organization, gate)) return undefined
  const isSelf = gate.id === call.principal.id
  const principal = isSelf ? call.access.principal : asPrincipal(gate)
  return {
    principal: { ...principal, attributes: { ...more, ...principal.attributes } },
    isBarred: isBarred(call.organization, gate),
    ...(isSelf ? {} : { seenAs: gate.kind === 'service' ? { type: 'api_key', id: gate.id } : resourceOf(users, gate as User) }),
  }
}

/** Who somebody by this id can be: a member, a guest or an API key. */
const keysOf = (tenant: string, id: string): Found<Key> =>
  id.startsWith('key_') ? { principal: principalKey(tenant, id) } : { principal: principalKey(tenant, id), guest: guestKey(tenant, id) }

/** What is bounded by its maker is known with it: one more batch, where there are such. */
async function gatesOf({ tenant, organization }: Asking, found: readonly Found<Item>[]): Promise<(PrincipalGate | undefined)[]> {
  const makers = [...new Set(found.flatMap(({ principal }) => (principal?.makerId ? [String(principal.makerId)] : [])))]
  const items = makers.length > 0 ? await tenant.read(...makers.map((id) => principalKey(tenant.id, id))) : []
  const makerOf = ({ principal }: Found<Item>) => items[makers.indexOf(String(principal?.makerId))]
  return found.map((each) => {
    const maker = makerOf(each)
    return callerIn({ ...each, ...(maker ? { maker } : {}) }, organization)
  })
}

type Known = NonNullable<Case['known']>

const knownOf = (said: Resource | undefined, kind: Kind | undefined, item: Item | undefined): Known | undefined =>
  said && kind && item && !item.deletedAt ? { facts: kind.factsOf(item, said), seeing: kind.seeing } : undefined

type Found<T> = { principal?: T; guest?: T }

interface Wanted {
  inquiry: Inquiry
  isSelf: boolean
  kind: Kind | undefined
  /** What is read for it, by what it is. */
  keys: Found<Key> & { resource?: Key }
}

function wantedOf({ tenant, principal }: Asking, inquiry: Inquiry): Wanted {
  const { userId = principal.id, resource } = inquiry
  const isSelf = userId === principal.id
  const read = resource && readable(resource)
  const subject = isSelf || !ID.test(userId) ? {} : keysOf(tenant.id, userId)
  return { inquiry, isSelf, kind: read?.kind, keys: { ...subject, ...(read ? { resource: read.kind.keyOf(tenant.id, read.id) } : {}) } }
}

/** What stands at these keys, all of them read in one batch. */
async function readEach(
  { tenant }: Asking,
  wanted: readonly Wanted[],
): Promise<Partial<Record<'principal' | 'guest' | 'resource', Item>>[]> {
  const keys = wanted.flatMap((each) => Object.values(each.keys))
  const items = (keys.length > 0 ? await tenant.read(...keys) : []).values()
  return wanted.map((each) =>
    Object.fromEntries(
      Object.keys(each.keys).flatMap((name) => {
        const { value } = items.next()
        return value ? [[name, value]] : []
      }),
    ),
  )
}

/** Reads whoever and whatever the questions are about, in one batch; nothing at all for questions about oneself and nothing in particular. */
export async function casesOf(call: Asking, inquiries: readonly Inquiry[]): Promise<Case[]> {
  const wanted = inquiries.map((inquiry) => wantedOf(call, inquiry))
  const found = await readEach(call, wanted)
  const gates = await gatesOf(call, found)
  return wanted.map(({ inquiry, isSelf, kind }, n) => {
    const known = knownOf(inquiry.resource, kind, found[n]?.resource)
    return {
      permission: inquiry.permission,
      subject: isPermission(inquiry.permission) ? subjectOf(call, isSelf ? call.principal : gates[n], inquiry.attributes) : undefined,
      bare: bareOf(inquiry.resource, known !== undefined),
      ...(known ? { known } : {}),
      ...circumstances(call, inquiry, isSelf),
    }
  })
}
