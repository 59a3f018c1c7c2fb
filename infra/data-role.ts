import { createHash } from 'node:crypto'
import type { Stack } from 'aws-cdk-lib'
import { AccountRootPrincipal, Effect, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { FileGrant } from '../shared/files/areas.ts'
import type { Grant } from '../shared/store/grants.ts'
import { acknowledgeFiles, fileStatements } from './file-statements.ts'
import type { Part } from './parts.ts'
import type { DataArns, TableArns } from './resources.ts'

// biome-ignore lint/suspicious/noTemplateCurlyInString: IAM puts the session's tenant tag in here.
const TENANT_TAG = '${aws:PrincipalTag/tenant}'

/** IAM takes no longer name. */
const ROLE_NAME_LENGTH = 64

/** A query may go to an index, everything else goes to the table alone. */
const SEARCH = 'dynamodb:Query'

/**
 * `ForAllValues` alone also holds for a request that names no key at all, such as a scan, so a key is demanded beside it.
 * A `*` in a key's place (and never a tag's value, whose alphabet has none) stands for any characters.
 */
const statementOf = (actions: string[], resources: string[], { leadingKeys, attributes }: Grant) => {
  const narrowed = attributes ? narrowedTo(attributes) : undefined
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions,
    resources,
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

/** These keys of all tenants. */
const forAll = (keys: readonly string[]) => keys.map((key) => key.replace(TENANT_TAG, '*'))

/** The same for every tenant at once, for the execution role of a stage without tenant credentials. */
export const allTenantsStatements = (grants: readonly Grant[], tables: TableArns) =>
  tenantStatements(
    grants.map((grant) => ({ ...grant, leadingKeys: forAll(grant.leadingKeys) })),
    tables,
  )
export const allTenantsFiles = (files: readonly FileGrant[]) => files.map((grant) => ({ ...grant, keys: forAll(grant.keys) }))

type Reach = Pick<Part, 'grants' | 'files'>

/** What a role may do, told apart from every other by the few letters that its name has room for. */
const digestOf = ({ grants, files }: Reach) => {
  const stated = [
    ...grants.map(({ actions, leadingKeys, attributes }) => [actions.toSorted(), leadingKeys.toSorted(), attributes?.toSorted()]),
    ...files.map(({ actions, keys }) => [actions, keys]),
  ]
  return createHash('sha256')
    .update(
      stated
        .map((each) => JSON.stringify(each))
        .toSorted()
        .join(),
    )
    .digest('hex')
    .slice(0, 12)
}

export interface DataRole {
  role: Role
  /** Execution roles under this path, and no others, may take it on. */
  executionPath: string
}

/**
 * Reaches one tenant, which the session's tag names. Functions of a stack with the same needs share it: an account has 1,000 roles, and
 * each function needs one to run under anyway. Its name follows from what it may do, so a contract that changes gets another role before
 * its function lets go of the old one; it trusts a path, because a trust policy has no room for the names of many roles.
 */
export function dataRole(stack: Stack, reach: Reach, arns: DataArns): DataRole {
  const digest = digestOf(reach)
  const executionPath = `/tessera/${stack.stackName}/${digest}/`
  const known = stack.node.tryFindChild(`data-${digest}`)?.node.tryFindChild('DataRole')
  return { role: (known as Role | undefined) ?? newRole(stack, { digest, executionPath, reach, arns }), executionPath }
}

interface NewRole {
  digest: string
  executionPath: string
  reach: Reach
  arns: DataArns
}

function newRole(stack: Stack, { digest, executionPath, reach, arns }: NewRole): Role {
  const executing = stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: `${executionPath.slice(1)}*` })
  const trusted = new AccountRootPrincipal().withConditions({ ArnLike: { 'aws:PrincipalArn': executing } })
  const role = new Role(new Construct(stack, `data-${digest}`), 'DataRole', {
    path: '/tessera/data/',
    roleName: `${stack.stackName.slice(0, ROLE_NAME_LENGTH - digest.length - 1)}-${digest}`,
    assumedBy: trusted,
    inlinePolicies: {
      data: new PolicyDocument({ statements: [...tenantStatements(reach.grants, arns), ...fileStatements(reach.files, arns.bucket)] }),
    },
  })
  acknowledgeFiles(role, reach.files, arns.bucket)
  // The tag decides which tenant is reached, so nothing but a tenant's id passes, and no other tag.
  role.assumeRolePolicy?.addStatements(
    new PolicyStatement({
      actions: ['sts:TagSession'],
      principals: [new AccountRootPrincipal()],
      conditions: {
        ArnLike: { 'aws:PrincipalArn': executing },
        StringLike: { 'aws:RequestTag/tenant': 'org_*' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant'] },
      },
    }),
  )
  return role
}
