import { decide, permissionsHeld, scopesOf } from '../../shared/access/evaluate.ts'
import { knownPermissions } from '../../shared/access/known-permissions.ts'
import type { Policy, Resource, Scope } from '../../shared/access/model.ts'
import { resourceIn } from '../../shared/access/permission-names.ts'
import { find } from '../../shared/resource/find.ts'
import { type Reach, reachOf } from '../../shared/serve/reach.ts'
import type { Item } from '../../shared/store/table.ts'
import { type Permission, permissions } from '../access/door.ts'
import { type Answer, answerTo, mayAskOf } from './answers.ts'
import { ResourceType } from './contract/fields.ts'
import { answersTo, requireAsking } from './evaluate.ts'
import { type Asking, type Case, casesOf, type Inquiry } from './facts.ts'
import { keeperOf } from './kinds.ts'
import { askerOf } from './searching-people.ts'

/** What somebody may do: with which things of a type, found where they hold the permission; or which permissions they hold at all. */

/** Whoever the question is about, if they may be asked about and may do anything at this moment. */
async function caseOf(call: Asking, inquiry: Inquiry): Promise<Case | undefined> {
  await requireAsking(call, [inquiry])
  const [found] = await casesOf(call, [inquiry])
  const subject = found?.subject
  if (!found || !subject) return undefined
  return (await call.policy.ask((policy) => mayAskOf(askerOf(call), subject, policy))) ? found : undefined
}

const questionOf = ({ subject, permission, environment, now }: Case & { subject: NonNullable<Case['subject']> }, policy: Policy) => ({
  principal: subject.principal,
  policy,
  permission,
  environment,
  now,
})

type Held = Case & { subject: NonNullable<Case['subject']> }
const isAble = (found: Case | undefined): found is Held => found?.subject !== undefined && !found.subject.isBarred

export interface Doable {
  type: string
  id: string
  because: Answer['because']
}

interface Page {
  limit: number
  cursor?: string | undefined
}

/** One page of the things of a type with which they may; none that whoever asks may not see. `undefined` where there is nobody to ask about. */
export async function thingsThatCan(
  call: Asking,
  { type, ...inquiry }: Omit<Inquiry, 'resource'> & { type: string },
  page: Page,
): Promise<{ items: Doable[]; nextCursor: string | null } | undefined> {
  const found = await caseOf(call, inquiry)
  if (!found) return undefined
  const nothing = { items: [], nextCursor: null }
  if (!isAble(found) || !ResourceType.safeParse(type).success) return nothing
  const kind = keeperOf(type)
  const asker = askerOf(call)
  const answerFor = (item: Item, policy: Policy): Answer => {
    const facts = kind.factsOf(item, kind.namedOf(item))
    return answerTo(asker, { ...found, bare: undefined, known: { facts, seeing: kind.seeing } }, policy)
  }
  const isSeen = (resource: Resource, policy: Policy) => decide({ ...asker, policy, permission: kind.seeing, resource }).allowed
  const scopes = await call.policy.ask((policy) => scopesOf(questionOf(found, policy)))
  if (scopes.length === 0) return nothing
  const reach = await reachOf({
    scopes,
    source: call.policy,
    moves: call.organization.pendingMoves ?? [],
    factsOf: (_, item) => kind.factsOf(item as unknown as Item, kind.namedOf(item as unknown as Item)),
    allows: (policy, resource) => decide({ ...questionOf(found, policy), resource }).allowed && isSeen(resource, policy),
  })
  const within: Reach = { ...reach, ids: () => reach.ids(type).map(kind.idOf) }
  const { items, nextCursor } = await find(call.tenant, kind.entity, { ...page, by: kind.by, within })
  const shown = items as unknown as Item[]
  return {
    items: await call.policy.ask((policy) => shown.map((item) => ({ ...kind.namedOf(item), because: answerFor(item, policy).because }))),
    nextCursor,
  }
}

export interface HeldSomewhere {
  permission: string
  scopes: Scope[]
}

/** Every permission that they hold somewhere at this moment, and where. */
export async function permissionsHeldBy(call: Asking, inquiry: Omit<Inquiry, 'permission'>): Promise<HeldSomewhere[] | undefined> {
  const found = await caseOf(call, { ...inquiry, permission: '*:*' })
  if (!found) return undefined
  if (!isAble(found)) return []
  return call.policy.ask((policy) => {
    const question = questionOf(found, policy)
    return permissionsHeld(question.principal, policy, question.now).flatMap((permission) => {
      const service = inquiry.context?.service ?? resourceIn(permission)
      const scopes = scopesOf({ ...question, permission, environment: { ...question.environment, service } })
      return scopes.length > 0 ? [{ permission, scopes }] : []
    })
  })
}

const MOST_NAMES = 1_000

/** Names of permissions on a resource: the product’s, the organization's own, and whatever else somebody holds by its name. */
async function namesOn({ tenant }: Asking, resource: string, held: readonly HeldSomewhere[]): Promise<string[]> {
  const isOn = (name: string) => resourceIn(name) === resource && !name.endsWith(':*')
  const keep = ({ name }: Permission) => isOn(name)
  const { items } = await tenant.list<Permission>({ partitions: [permissions.plural], index: 'g1', limit: MOST_NAMES, keep })
  const names = [...Object.keys(knownPermissions), ...items.map(({ name }) => name), ...held.map(({ permission }) => permission)]
  return [...new Set(names.filter(isOn))].sort()
}

/** Every permission by which somebody may act on something. */
export async function actionsOn(call: Asking, inquiry: Omit<Inquiry, 'permission'>, resource: string): Promise<string[]> {
  const held = await permissionsHeldBy(call, inquiry)
  if (!held?.length) return []
  const names = await namesOn(call, resource, held)
  const answers = await answersTo(
    call,
    names.map((permission) => ({ ...inquiry, permission })),
  )
  return names.filter((_, n) => answers[n]?.allowed)
}
