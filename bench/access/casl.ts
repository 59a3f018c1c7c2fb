import type { Condition, Principal, Scope } from '../../shared/access/model.ts'
import { reachingOf } from './reaching.ts'
import type { Check, Engine, Workload } from './workload.ts'

const comparedWith = (value: unknown, { id }: Principal) => (typeof value === 'object' && !Array.isArray(value) ? id : value)

const MONGO: Record<string, string> = { equals: '$eq', in: '$in', at_most: '$lte' }

const mongoOf = (condition: Condition, user: Principal) => ({
  [condition.attribute.replace('resource.', '')]: { [MONGO[condition.operator] as string]: comparedWith(condition.value, user) },
})

function mongoScope(scope: Scope): object {
  if (scope.type === 'organization') return {}
  if (scope.type === 'resource') return { id: scope.id }
  return scope.type === 'unit' ? { unitPath: scope.id } : { groupPath: scope.id }
}

/** The thing with the paths to where it lies, and what else conditions ask of a request. */
function placedThing({ units, groups }: Workload, { resource, environment, permission }: Check) {
  const groupPath = (resource.groupIds ?? []).flatMap((id) => groups.get(id)?.path ?? [])
  const { attributes, ...thing } = resource
  return {
    ...thing,
    ...attributes,
    unitPath: units.get(resource.unitId ?? ''),
    groupPath,
    environment,
    __subject: permission.split(':')[0],
  }
}

/** An ability for each user, made when it is first needed and kept. */
export async function casl(): Promise<Engine> {
  const { createMongoAbility } = await import('@casl/ability' as string)
  return {
    name: 'CASL',
    prepare(workload) {
      const abilities = new Map<number, { can(action: string, thing: object): boolean }>()
      const rulesOf = (user: Principal) => {
        const isOver = ({ expiresAt = '9' }: { expiresAt?: string }) => expiresAt <= workload.now
        if (isOver(user)) return []
        return reachingOf(workload, user).assignments.flatMap((assignment) => {
          if (isOver(assignment)) return []
          const asked = [...(assignment.conditions ?? []), ...(user.limits ?? [])].map((each) => mongoOf(each, user))
          const conditions = Object.assign(mongoScope(assignment.scope), ...asked)
          return (workload.roles.get(assignment.roleId ?? '')?.permissions ?? []).map((permission) => {
            const [subject, action] = permission.split(':')
            return { action, subject, conditions }
          })
        })
      }
      const abilityOf = (user: number) => {
        const known = abilities.get(user)
        if (known) return known
        const rules = rulesOf(workload.users[user] as Principal)
        const made = createMongoAbility(rules, { detectSubjectType: (thing: { __subject: string }) => thing.__subject })
        abilities.set(user, made)
        return made
      }
      return { decide: (check) => abilityOf(check.user).can(check.permission.split(':')[1] as string, placedThing(workload, check)) }
    },
  }
}
