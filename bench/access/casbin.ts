import { decide } from '../../shared/access/evaluate.ts'
import type { Policy, Principal, Resource } from '../../shared/access/model.ts'
import { type Check, type Engine, policyOf } from './workload.ts'

const MODEL = `
[request_definition]
r = sub, perm, res, env
[policy_definition]
p = role, perm
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.perm == p.perm && holds(r.sub, p.role, r.res, r.env)
`

/** Its rules are roles and what they permit; where somebody holds a role is a function that it calls, which is ours. */
export async function casbin(): Promise<Engine> {
  const { newEnforcer, newModel } = await import('casbin' as string)
  return {
    name: 'casbin',
    most: 500,
    async prepare(workload) {
      const enforcer = await newEnforcer(newModel(MODEL))
      const policies = [...workload.roles.values()].flatMap(({ id, permissions }) => permissions.map((permission) => [id, permission]))
      await enforcer.addPolicies(policies)
      const policy: Policy = policyOf({
        ...workload,
        roles: new Map([...workload.roles].map(([id, role]) => [id, { ...role, permissions: [`${id}:held`] }])),
      })
      const holds = (user: number, role: string, resource: Resource, environment: Check['environment']) =>
        decide({
          principal: workload.users[user] as Principal,
          policy,
          permission: `${role}:held`,
          resource,
          environment,
          now: workload.now,
        }).allowed
      await enforcer.addFunction('holds', holds)
      return { decide: ({ user, permission, resource, environment }) => enforcer.enforceSync(user, permission, resource, environment) }
    },
  }
}
