import type * as z from 'zod'
import type { Offers } from '../../shared/access/explain.ts'
import type { Group, Policy } from '../../shared/access/model.ts'
import { type Role, systemRoles } from '../../shared/access/system-roles.ts'
import { problem } from '../../shared/errors.ts'
import { ABOUT_OTHERS, type Answer, answerTo, type Explained, explain } from './answers.ts'
import type { Evaluation } from './contract/fields.ts'
import { type Asking, casesOf, type Inquiry } from './facts.ts'

/** Questions, read, decided and explained. */

/** Whoever may ask about nobody else is told so, whoever they name. Throws `FORBIDDEN`. */
export async function requireAsking({ access, principal }: Asking, inquiries: readonly Inquiry[]): Promise<void> {
  if (inquiries.every(({ userId = principal.id }) => userId === principal.id)) return
  if ((await access.scopes(ABOUT_OTHERS)).length > 0) return
  const message = `Of yourself you may ask without more ado; to ask about others takes the permission ${ABOUT_OTHERS}.`
  throw problem('FORBIDDEN', { message, details: { missing: ABOUT_OTHERS } })
}

const askerOf = ({ access: { principal, environment }, now }: Asking) => ({ principal, environment, now })

/** The answers in the order of the questions: one batch, and what of the policy is not known yet. */
export async function answersTo(call: Asking, inquiries: readonly Inquiry[]): Promise<Answer[]> {
  await requireAsking(call, inquiries)
  const cases = await casesOf(call, inquiries)
  return call.policy.ask((policy) => cases.map((each) => answerTo(askerOf(call), each, policy)))
}

const MOST_OFFERED = 100

/** What whoever asks may read of it: the roles of the system for this type of organization, and the first of its own; the first of its groups. */
async function offersTo({ tenant, organization, access }: Asking): Promise<Offers> {
  const mayRead = (kind: 'ROLES' | 'GROUPS') => access.allowed(`${kind.toLowerCase()}:read`)
  const listed = async <T>(kind: 'ROLES' | 'GROUPS'): Promise<T[]> =>
    (await mayRead(kind)) ? (await tenant.list<T>({ partitions: [kind], index: 'g1', limit: MOST_OFFERED })).items : []
  const [own, groups, mayReadRoles] = await Promise.all([listed<Role>('ROLES'), listed<Group>('GROUPS'), mayRead('ROLES')])
  const given = systemRoles.filter(({ organizationType }) => organizationType === 'any' || organizationType === organization.type)
  return { roles: mayReadRoles ? [...given, ...own] : [], groupIds: groups.map(({ id }) => id) }
}

/** Roles that are offered are known already. */
const withOffers = (policy: Policy, { roles }: Offers): Policy => ({
  ...policy,
  role: (id) => roles.find((role) => role.id === id) ?? policy.role(id),
})

export type Explanation = Answer & Explained

/** The same, with what would change each denial. */
export async function explanationsOf(call: Asking, inquiries: readonly Inquiry[]): Promise<Explanation[]> {
  const answers = await answersTo(call, inquiries)
  const nothing = { remedies: [], nearMisses: [] }
  if (answers.every(({ allowed, question }) => allowed || !question)) return answers.map((answer) => ({ ...answer, ...nothing }))
  const offers = await offersTo(call)
  return call.policy.ask((policy) => {
    const offered = withOffers(policy, offers)
    return answers.map((answer) => ({ ...answer, ...(answer.allowed ? nothing : explain(answer, offers, offered)) }))
  })
}

type Shown = z.input<typeof Evaluation>

const toRemedy = (remedy: Explained['remedies'][number][number]) => ({
  to: remedy.to,
  permission: 'permission' in remedy ? remedy.permission : null,
  roleId: 'roleId' in remedy ? remedy.roleId : null,
  groupId: 'groupId' in remedy ? remedy.groupId : null,
  scope: 'scope' in remedy ? remedy.scope : null,
})

export const toBecause = ({ holderId, path }: Answer['because'][number]): Shown['because'][number] => ({
  holderId,
  assignmentId: path.assignmentId,
  groups: [...(path.groups ?? [])],
  roleId: path.roleId ?? null,
  permission: path.permission,
  scope: path.scope,
  conditions: [...(path.conditions ?? [])],
})

export const toEvaluation = (
  { allowed, because, remedies, nearMisses, barredBy }: Explanation,
  { organization }: Pick<Asking, 'organization'>,
): Shown => ({
  allowed,
  because: because.map(toBecause),
  missing: remedies.map((grants) => ({ grants: grants.map(toRemedy) })),
  nearMisses: nearMisses.map(({ conditions = [], ...miss }) => ({ ...miss, conditions: [...conditions] })),
  barredBy: barredBy ? { reason: barredBy.reason, condition: barredBy.condition ?? null } : null,
  policyVersion: organization.policyVersion,
})
