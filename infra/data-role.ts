import type { Stack } from 'aws-cdk-lib'
import { Effect, type IRole, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { Grant } from '../shared/store/grants.ts'
import type { TableArns } from './resources.ts'

// biome-ignore lint/suspicious/noTemplateCurlyInString: IAM puts the session's tenant tag in here.
const TENANT_TAG = '${aws:PrincipalTag/tenant}'

/** A query may go to an index, everything else goes to the table alone. */
const SEARCH = 'dynamodb:Query'

/**
 * `ForAllValues` alone also holds for a request that names no key at all, such as a scan, so a key is demanded beside it.
 * A `*` in a key's place (and never a tag's value, whose alphabet has none) stands for any characters.
 */
const statementOf = (actions: string[], resources: string[], { leadingKeys, attributes }: Grant) => {
  const narrowed = attributes ? narrowedTo(attributes) : undefined
  return new PolicyStatement({
    ...{ effect: Effect.ALLOW, actions, resources },
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': leadingKeys },
      ...narrowed?.conditions,
      Null: { 'dynamodb:LeadingKeys': 'false', ...narrowed?.demanded },
    },
  })
}

/**
 * To these attributes alone. A write could give back all the others as it found them, so it may ask for nothing or for what it wrote
 * (Amazon DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control").
 */
const narrowedTo = (attributes: string[]) => ({
  conditions: {
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes },
    StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'] },
  },
  demanded: { 'dynamodb:Attributes': 'false' },
})

const statementsOf = (grant: Grant, { table, indexes }: TableArns) => {
  const onItems = grant.actions.filter((action) => action !== SEARCH)
  return [
    ...(onItems.length > 0 ? [statementOf(onItems, [table], grant)] : []),
    ...(grant.actions.includes(SEARCH) ? [statementOf([SEARCH], [table, ...indexes], grant)] : []),
  ]
}

/** A data role's statements: what the contract names, in the partitions of the session's tenant. */
export const tenantStatements = (grants: readonly Grant[], tables: TableArns) => grants.flatMap((grant) => statementsOf(grant, tables))

/** The same for every tenant at once, for the execution role of a stage without tenant credentials. */
export const allTenantsStatements = (grants: readonly Grant[], tables: TableArns) =>
  tenantStatements(
    grants.map((grant) => ({ ...grant, leadingKeys: grant.leadingKeys.map((key) => key.replace(TENANT_TAG, '*')) })),
    tables,
  )

export interface DataRoleProps {
  roleName: string
  /** The one role that may take it on. */
  executionRole: IRole
  grants: readonly Grant[]
  tables: TableArns
}

/** The role's ARN, known before the role is: the execution role's policy names it, and its own trust names the execution role. */
export const dataRoleArn = (stack: Stack, roleName: string) =>
  stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: `tessera/data/${roleName}` })

/** Reaches one tenant, which the session's tag names. */
export function dataRole(scope: Construct, { roleName, executionRole, grants, tables }: DataRoleProps): Role {
  const principals = [executionRole.grantPrincipal]
  const role = new Role(scope, 'DataRole', {
    path: '/tessera/data/',
    roleName,
    assumedBy: executionRole.grantPrincipal,
    inlinePolicies: { data: new PolicyDocument({ statements: tenantStatements(grants, tables) }) },
  })
  // The tag decides which tenant is reached, so nothing but a tenant's id passes, and no other tag.
  role.assumeRolePolicy?.addStatements(
    new PolicyStatement({
      ...{ actions: ['sts:TagSession'], principals },
      conditions: { StringLike: { 'aws:RequestTag/tenant': 'org_*' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant'] } },
    }),
  )
  return role
}
