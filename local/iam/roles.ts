import type { Deployment, Resource } from '../types.ts'
import { asStrings } from './conditions.ts'
import { managedPolicies } from './managed-policies.ts'
import { compilePolicy, type Statement } from './policy.ts'

export interface Role {
  arn: string
  name: string
  /** What its inline, attached and managed policies say together. */
  statements: Statement[]
  trust: Statement[]
  /** The role's own tags, which a session's tags of the same key override. */
  tags: Record<string, string>
  maxSessionSeconds: number
}

interface NamedPolicy {
  PolicyName?: string
  PolicyDocument: unknown
}

/** Every role of the deployment by its ARN. */
export function loadRoles(deployment: Deployment): Map<string, Role> {
  const roles = deployment.ofType('AWS::IAM::Role').map((resource) => loadRole(deployment, resource))
  for (const policy of deployment.ofType('AWS::IAM::Policy')) attach(policy, roles)
  for (const policy of deployment.ofType('AWS::IAM::ManagedPolicy')) attach(policy, roles)
  return new Map(roles.map((role) => [role.arn, role]))
}

function loadRole(deployment: Deployment, resource: Resource): Role {
  const { properties, ref: name, logicalId } = resource
  if (properties.PermissionsBoundary !== undefined)
    throw new Error(`role ${logicalId}: the local stack does not judge permissions boundaries`)
  const inline = (properties.Policies ?? []) as NamedPolicy[]
  const managed = asStrings(properties.ManagedPolicyArns ?? [])
  return {
    arn: deployment.attribute(resource, 'Arn'),
    name,
    statements: [
      ...inline.flatMap((policy) => compilePolicy(policy.PolicyDocument, `${policy.PolicyName} of role ${logicalId}`)),
      ...managed.flatMap((arn) => managedPolicy(deployment, arn)),
    ],
    trust: compilePolicy(properties.AssumeRolePolicyDocument, `trust policy of role ${logicalId}`),
    tags: Object.fromEntries(((properties.Tags ?? []) as Array<{ Key: string; Value: string }>).map((tag) => [tag.Key, tag.Value])),
    maxSessionSeconds: Number(properties.MaxSessionDuration ?? 3600),
  }
}

function managedPolicy(deployment: Deployment, arn: string): Statement[] {
  const own = deployment.ofType('AWS::IAM::ManagedPolicy').find((policy) => policy.ref === arn)
  const document = own?.properties.PolicyDocument ?? managedPolicies[arn.replace('arn:aws:iam::aws:policy/', '')]
  if (document === undefined) throw new Error(`the local stack does not know the managed policy ${arn}`)
  return compilePolicy(document, arn)
}

function attach(policy: Resource, roles: Role[]): void {
  for (const name of asStrings(policy.properties.Roles ?? [])) {
    const role = roles.find((each) => each.name === name)
    if (!role) throw new Error(`policy ${policy.logicalId} is attached to ${name}, which is no role of the deployment`)
    role.statements.push(...compilePolicy(policy.properties.PolicyDocument, policy.logicalId))
  }
}
