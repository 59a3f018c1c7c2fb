import { type Found, type Known, knowing, type Needed, nothingKnown, recording } from '../access/known.ts'
import type { Group, Policy } from '../access/model.ts'
import type { Role } from '../access/system-roles.ts'
import { problem } from '../errors.ts'
import { itemKey, type Key, organizationKey } from '../store/keys.ts'
import type { Item } from '../store/table.ts'
import type { Tenant } from '../store/tenant.ts'
import type { OrganizationGate } from './gates.ts'

/**
 * A tenant's policy, of which only what a question needs is read, and kept as long as the organization's `policyVersion` stays: every change of
 * a role, a group or a unit that somebody's rights may hang on raises it in its own transaction.
 */

/** The policy changed while a request was under way: what was read of its caller may be older than what was read of the policy. */
export class PolicyChanged extends Error {}

const TENANTS = 200
const ITEMS = 20_000
/** Together with the organization, within DynamoDB's 100 items a transaction. */
const AT_ONCE = 99

const kept = new Map<string, Known>()

function keep(tenant: string, known: Known) {
  kept.delete(tenant)
  if (known.roles.size + known.groups.size + known.units.size <= ITEMS) kept.set(tenant, known)
  const oldest = kept.keys().next().value
  if (kept.size > TENANTS && oldest !== undefined) kept.delete(oldest)
}

const KINDS = { roles: 'ROLE', groups: 'GROUP', units: 'UNIT' } as const
type Kind = keyof typeof KINDS

interface Sought {
  kind: Kind
  id: string
  key: Key
}

const soughtOf = (tenant: string, needed: Needed, absent: ReadonlySet<string>): Sought[] =>
  (Object.keys(KINDS) as Kind[]).flatMap((kind) =>
    [...needed[kind]].filter((id) => !absent.has(id)).map((id) => ({ kind, id, key: itemKey(tenant, KINDS[kind], id) })),
  )

type Reader = Pick<Tenant, 'snapshot'>
type Gate = Pick<OrganizationGate, 'id' | 'policyVersion' | 'pendingMoves'>

/** One snapshot of the items and of the version that they belong to. Throws `PolicyChanged` when that is another one. */
async function readTogether(tenant: Reader, { id, policyVersion }: Gate, sought: readonly Sought[]): Promise<(Item | undefined)[]> {
  const [organization, ...items] = await tenant.snapshot(organizationKey(id), ...sought.map(({ key }) => key))
  if (organization?.policyVersion !== policyVersion) throw new PolicyChanged()
  return items
}

/** Items by kind; what is removed is not there. */
function foundIn(sought: readonly Sought[], items: readonly (Item | undefined)[]): Found {
  const of = <T>(wanted: Kind) =>
    sought.flatMap(({ kind }, n) => {
      const item = kind === wanted ? items[n] : undefined
      return item && !item.deletedAt ? [item as T] : []
    })
  return { roles: of<Role>('roles'), groups: of<Group>('groups'), units: of<{ id: string; path: readonly string[] }>('units') }
}

const idsOf = ({ roles, groups, units }: Found) => [...roles, ...groups, ...units].map(({ id }) => id)

export interface PolicySource {
  /**
   * What a question about the policy gives once all that it needs is read. It is a pure function, asked again whenever more is known; where
   * `isSettled`, nothing more that could be read would change the answer.
   */
  ask<T>(question: (policy: Policy) => T, isSettled?: (answer: T) => boolean): Promise<T>
}

type Tried<T> = { value: T } | { error: unknown }

/** A question may refuse, too; for want of what is not known yet that counts for nothing. */
function tryOut<T>(question: () => T): Tried<T> {
  try {
    return { value: question() }
  } catch (error) {
    return { error }
  }
}

function given<T>(answer: Tried<T>): T {
  if ('error' in answer) throw answer.error
  return answer.value
}

/** More rounds than a policy is deep: groups, those above them, their roles. */
const MAX_ROUNDS = 8

export function policySource(reader: Reader, gate: Gate): PolicySource {
  const { id: tenant, policyVersion, pendingMoves = [] } = gate
  /** Looked for and not there; asked again by the next request, as things come to be without a new version. */
  const absent = new Set<string>()
  let known = kept.get(tenant)
  if (known?.version !== policyVersion) known = nothingKnown(policyVersion, pendingMoves)

  async function learn(now: Known, sought: readonly Sought[]): Promise<Known> {
    const chunks = Array.from({ length: Math.ceil(sought.length / AT_ONCE) }, (_, n) => sought.slice(n * AT_ONCE, (n + 1) * AT_ONCE))
    const items = (await Promise.all(chunks.map((chunk) => readTogether(reader, gate, chunk)))).flat()
    const found = foundIn(sought, items)
    const there = new Set(idsOf(found))
    for (const { id } of sought) if (!there.has(id)) absent.add(id)
    const more = knowing(now, found)
    keep(tenant, more)
    return more
  }

  return {
    async ask(question, isSettled = () => false) {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const asked = recording(known as Known)
        const answer = tryOut(() => question(asked.policy))
        const sought = soughtOf(tenant, asked.needed(), absent)
        if (sought.length === 0 || ('value' in answer && isSettled(answer.value))) return given(answer)
        known = await learn(known as Known, sought)
      }
      throw problem('UNAVAILABLE', { cause: new Error(`A question about the policy of ${tenant} came to no end.`) })
    },
  }
}
