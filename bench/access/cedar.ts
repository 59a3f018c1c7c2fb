import type { Assignment, Condition, Principal, Scope } from '../../shared/access/model.ts'
import type { Check, Engine, Workload } from './workload.ts'

const uid = (type: string, id: string) => ({ type, id })

const OPERATORS: Record<string, (left: string, right: string) => string> = {
  equals: (left, right) => `${left} == ${right}`,
  in: (left, right) => `${right}.contains(${left})`,
  at_most: (left, right) => `${left} <= ${right}`,
}

function inWords({ attribute, operator, value }: Condition): string {
  const left = attribute.replace('environment.', 'context.')
  const right = typeof value === 'object' && !Array.isArray(value) ? 'principal.id' : JSON.stringify(value)
  return OPERATORS[operator]?.(left, right) ?? 'false'
}

function where(scope: Scope): string {
  if (scope.type === 'organization') return 'resource'
  if (scope.type === 'resource') return `resource == Thing::"${scope.id}"`
  return `resource in ${scope.type === 'unit' ? 'Unit' : 'Place'}::"${scope.id}"`
}

const until = (expiresAt: string | undefined) => (expiresAt ? [`context.now < ${Date.parse(expiresAt)}`] : [])

function permit(principal: string, { roleId, scope, conditions = [], expiresAt }: Assignment): string {
  const asked = [...conditions.map(inWords), ...until(expiresAt)]
  const when = asked.length > 0 ? ` when { ${asked.join(' && ')} }` : ''
  return `permit(${principal}, action in Action::"${roleId}", ${where(scope)})${when};`
}

function limitOf({ id, limits = [], expiresAt }: Principal): string[] {
  const asked = [...limits.map(inWords), ...until(expiresAt)]
  return asked.length > 0 ? [`forbid(principal == User::"${id}", action, resource) unless { ${asked.join(' && ')} };`] : []
}

/** A policy for each assignment. */
const policiesOf = ({ users, groups }: Workload): string[] => [
  ...users.flatMap((user) => user.assignments.map((each) => permit(`principal == User::"${user.id}"`, each))),
  ...[...groups.values()].flatMap(({ id, assignments }) => assignments.map((each) => permit(`principal in Group::"${id}"`, each))),
  ...users.flatMap(limitOf),
]

interface Entity {
  uid: ReturnType<typeof uid>
  attrs: object
  parents: ReturnType<typeof uid>[]
}

const chain = (type: string, path: readonly string[]): Entity[] =>
  path.map((id, n) => ({ uid: uid(type, id), attrs: {}, parents: n > 0 ? [uid(type, path[n - 1] ?? '')] : [] }))

const distinct = (entities: readonly Entity[]) => [...new Map(entities.map((each) => [`${each.uid.type}::${each.uid.id}`, each])).values()]

/** What a request is about, with all that it lies in. */
function entitiesOf(
  { users, groups, units }: Workload,
  { user, resource }: Check,
): [principal: Entity, thing: Entity, ...beside: Entity[]] {
  const { id, groupIds = [] } = users[user] as Principal
  const { unitId = '', groupIds: places = [], attributes, ownerId } = resource
  const nodes = (type: string, ids: readonly string[]) => ids.flatMap((each) => chain(type, groups.get(each)?.path ?? []))
  return [
    { uid: uid('User', id), attrs: { id }, parents: groupIds.map((each) => uid('Group', each)) },
    {
      uid: uid('Thing', resource.id ?? ''),
      attrs: { ...attributes, ownerId },
      parents: [uid('Unit', unitId), ...places.map((each) => uid('Place', each))],
    },
    ...distinct([...nodes('Group', groupIds), ...nodes('Place', places), ...chain('Unit', units.get(unitId) ?? [])]),
  ]
}

/** A permission is an action in the roles that have it. */
function actionsOf({ roles, checks }: Workload): Map<string, Entity> {
  const rolesWith = (permission: string) => [...roles.values()].filter(({ permissions }) => permissions.includes(permission))
  return new Map(
    [...new Set(checks.map(({ permission }) => permission))].map((permission) => [
      permission,
      { uid: uid('Action', permission), attrs: {}, parents: rolesWith(permission).map(({ id }) => uid('Action', id)) },
    ]),
  )
}

/** Its policies are parsed once; the entities that a request is about go with it. */
export async function cedar(): Promise<Engine> {
  const { preparsePolicySet, statefulIsAuthorized } = await import('@cedar-policy/cedar-wasm/nodejs' as string)
  const given = <T extends { type: string; errors?: unknown[] }>(answer: T): T => {
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors?.slice(0, 3)))
    return answer
  }
  return {
    name: 'Cedar',
    most: 500,
    prepare(workload) {
      given(preparsePolicySet(workload.name, { staticPolicies: policiesOf(workload).join('\n') }))
      const actions = actionsOf(workload)
      const now = Date.parse(workload.now)
      return {
        decide(check) {
          const [principal, thing, ...beside] = entitiesOf(workload, check)
          const answer = statefulIsAuthorized({
            principal: principal.uid,
            action: uid('Action', check.permission),
            resource: thing.uid,
            context: { ...check.environment, now },
            preparsedPolicySetId: workload.name,
            entities: [principal, thing, actions.get(check.permission), ...beside],
          })
          return given(answer).response.decision === 'allow'
        },
      }
    },
  }
}
