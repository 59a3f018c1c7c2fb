import { Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { FileGrant } from '../shared/files/areas.ts'

const resourcesOf = (bucketArn: string, { keys }: FileGrant) => keys.map((key) => `${bucketArn}/${key}`)

/** The areas of files that a contract names, of the session's tenant. */
export const fileStatements = (files: readonly FileGrant[], bucketArn: string) =>
  files.map((grant) => new PolicyStatement({ actions: grant.actions, resources: resourcesOf(bucketArn, grant) }))

/** As cdk-nag writes it: what is put in later stands in angle brackets. */
function flat(stack: Stack, arn: string): string {
  const parts: (string | { Ref: string })[] = stack.resolve(arn)['Fn::Join'][1]
  return parts.map((part) => (typeof part === 'string' ? part.replace(/\$\{(.+?)\}/g, '<$1>') : `<${part.Ref}>`)).join('')
}

/** Says to who checks the templates why the resources of these statements end in a `*`. */
export function acknowledgeFiles(role: Role, files: readonly FileGrant[], bucketArn: string): void {
  const stack = Stack.of(role)
  for (const resource of new Set(files.flatMap((grant) => resourcesOf(bucketArn, grant)))) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${flat(stack, resource)}]`,
      reason: 'S3 names objects in the resource alone, and these are the files of one area.',
    })
  }
}
