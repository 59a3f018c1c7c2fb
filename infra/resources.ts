import type { Stack } from 'aws-cdk-lib'
import { INDEXES, nameOfIndex } from '../shared/store/keys.ts'
import { shareOf } from './parameters.ts'
import { mailDomain, type Stage } from './stage.ts'

/** What the functions of a stack can reach, by name; what the stack has no business with is absent. */
export interface Resources {
  tableName: string
  tableArn: string
  bucketName: string
  keyringArn: string
  userPoolId?: string
  /** Of the product's own sign-in, over its API. */
  userPoolClientId?: string
  hostedClientId?: string
  enrolmentClientId?: string
  issuer?: string
  loginUrl?: string
  eventBusName?: string
  /** By which the distribution shows that a request came through it. */
  originSecret?: string
  /** Dead-letter queues, and the queues that a redrive puts messages back into. */
  queueArns?: string[]
}

/** A reference that CloudFormation puts the secret's text in for, wherever it stands. */
export const originSecret = (stack: Stack, stage: Stage) => `{{resolve:secretsmanager:${shareOf(stack, stage, 'origin-secret-arn')}}}`

/** Table, bucket and keyring, as the data stack's SSM parameters tell them. */
export const dataBelow = (stack: Stack, stage: Stage): Pick<Resources, 'tableName' | 'tableArn' | 'bucketName' | 'keyringArn'> => ({
  tableName: shareOf(stack, stage, 'table-name'),
  tableArn: shareOf(stack, stage, 'table-arn'),
  bucketName: shareOf(stack, stage, 'bucket-name'),
  keyringArn: shareOf(stack, stage, 'keyring-arn'),
})

/** Who signs the tokens of the user pool. */
const issuerOf = (stack: Stack, userPoolId: string) => `https://cognito-idp.${stack.region}.${stack.urlSuffix}/${userPoolId}`

/** What stands below the event bus: data and user pool. */
export const resourcesBelow = (
  stack: Stack,
  stage: Stage,
): Omit<Required<Resources>, 'eventBusName' | 'queueArns' | 'loginUrl' | 'originSecret'> => ({
  ...dataBelow(stack, stage),
  userPoolId: shareOf(stack, stage, 'user-pool-id'),
  userPoolClientId: shareOf(stack, stage, 'user-pool-client-id'),
  hostedClientId: shareOf(stack, stage, 'hosted-client-id'),
  enrolmentClientId: shareOf(stack, stage, 'enrolment-client-id'),
  issuer: issuerOf(stack, shareOf(stack, stage, 'user-pool-id')),
})

/** The same with the bus, for what answers to events. */
export const resourcesWithBus = (stack: Stack, stage: Stage) => ({
  ...resourcesBelow(stack, stage),
  eventBusName: shareOf(stack, stage, 'event-bus-name'),
})

/** Everything that stands below the API. */
export const resourcesForApi = (stack: Stack, stage: Stage): Omit<Required<Resources>, 'queueArns'> => ({
  ...resourcesWithBus(stack, stage),
  originSecret: originSecret(stack, stage),
  loginUrl: shareOf(stack, stage, 'login-url'),
})

const arn = (stack: Stack, service: string, resource: string, resourceName: string) => stack.formatArn({ service, resource, resourceName })

export interface TableArns {
  table: string
  indexes: string[]
}

export interface DataArns extends TableArns {
  bucket: string
}

/** A query of an index asks for the index's ARN; named one by one, for a wildcard would hold a future one too. */
export const dataArns = (stack: Stack, { tableArn, bucketName }: Resources): DataArns => ({
  table: tableArn,
  bucket: stack.formatArn({ service: 's3', region: '', account: '', resource: bucketName }),
  indexes: INDEXES.map((index) => `${tableArn}/index/${nameOfIndex(index)}`),
})

/** On which resources an action beyond the table is granted, by the service that its name begins with. */
const targets: Record<string, (stack: Stack, stage: Stage, resources: Resources) => string[] | undefined> = {
  'cognito-idp': (stack, _, { userPoolId }) => (userPoolId ? [arn(stack, 'cognito-idp', 'userpool', userPoolId)] : undefined),
  events: (stack, _, { eventBusName }) => (eventBusName ? [arn(stack, 'events', 'event-bus', eventBusName)] : undefined),
  secretsmanager: (_stack, _stage, { keyringArn }) => [keyringArn],
  ses: (stack, stage) => [arn(stack, 'ses', 'identity', mailDomain(stage))],
  sqs: (_stack, _stage, { queueArns }) => queueArns,
}

/** Throws for an action on something that the stack does not have, so that a wrong contract shows at synthesis. */
export function resourcesOf(action: string, stack: Stack, stage: Stage, resources: Resources): string[] {
  const arns = targets[action.slice(0, action.indexOf(':'))]?.(stack, stage, resources)
  if (!arns || action.includes('*')) throw new Error(`${stack.stackName}: nothing there that ${action} could be granted on.`)
  return arns
}
