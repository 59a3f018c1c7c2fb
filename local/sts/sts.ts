import { createHash, randomUUID } from 'node:crypto'
import type { Iam } from '../iam/iam.ts'
import type { AwsReply, AwsRequest, AwsService, Caller, IamRequest } from '../types.ts'
import { AwsError } from '../types.ts'
import { type AssumeRole, readAssumeRole } from './assume-role-input.ts'
import { type Credentials, callerArn, type Session } from './credentials.ts'
import { xml } from './xml.ts'

/** Chained sessions, which are all sessions here, live at most an hour. */
const chainedLimitSeconds = 3600

/** AWS Security Token Service: `AssumeRole` with session tags, and `GetCallerIdentity`. */
export function createSts(options: { iam: Iam; credentials: Credentials }): AwsService {
  const { iam, credentials } = options
  return {
    name: 'sts',
    needs: (request) =>
      request.operation === 'AssumeRole' ? permissionsFor(readAssumeRole(request.input), inherited(credentials, request.caller)) : [],
    async handle(request) {
      if (request.operation === 'AssumeRole') return assumeRole(iam, credentials, request)
      if (request.operation === 'GetCallerIdentity') return identity(credentials, request.caller)
      throw new AwsError('InvalidAction', `Could not find operation ${request.operation} for version 2011-06-15`)
    },
  }
}

/** What both the caller's policies and the role's trust policy must allow. */
function permissionsFor(input: AssumeRole, inheritedTags: Record<string, string>): IamRequest[] {
  const tags = { ...inheritedTags, ...input.tags }
  const context: IamRequest['context'] = { 'sts:RoleSessionName': [input.sessionName] }
  if (input.externalId !== undefined) context['sts:ExternalId'] = [input.externalId]
  for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = [value]
  if (Object.keys(tags).length > 0) context['aws:TagKeys'] = Object.keys(tags)
  if (input.transitiveTagKeys.length > 0) context['sts:TransitiveTagKeys'] = input.transitiveTagKeys
  const request = (action: string): IamRequest => ({ action, resource: input.roleArn, context })
  return Object.keys(tags).length > 0 ? [request('sts:AssumeRole'), request('sts:TagSession')] : [request('sts:AssumeRole')]
}

async function assumeRole(iam: Iam, credentials: Credentials, request: AwsRequest): Promise<AwsReply> {
  const input = readAssumeRole(request.input)
  const tags = inherited(credentials, request.caller)
  for (const need of permissionsFor(input, tags)) requireTrust(iam, credentials, request.caller, need)
  const clash = Object.keys(input.tags).find((key) => key in tags)
  if (clash)
    throw new AwsError(
      'InvalidParameterValue',
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${clash}`,
    )
  checkDuration(input.durationSeconds, iam.role(input.roleArn)?.maxSessionSeconds ?? 0)
  const session = credentials.issue({
    roleArn: input.roleArn,
    sessionName: input.sessionName,
    tags: { ...tags, ...input.tags },
    transitiveTagKeys: [...new Set([...Object.keys(tags), ...input.transitiveTagKeys])],
    expiresAt: credentials.clock() + input.durationSeconds * 1000,
  })
  return reply('AssumeRole', assumed(session))
}

function requireTrust(iam: Iam, credentials: Credentials, caller: Caller, need: IamRequest): void {
  const decision = iam.evaluateTrust(caller, need)
  if (decision.allowed) return
  const session = credentials.find(caller.accessKeyId)
  const user = session ? callerArn(session) : caller.roleArn
  throw new AwsError(
    'AccessDenied',
    `User: ${user} is not authorized to perform: ${need.action} on resource: ${need.resource} ${decision.reason}`,
    403,
  )
}

function inherited(credentials: Credentials, caller: Caller): Record<string, string> {
  const keys = credentials.find(caller.accessKeyId)?.transitiveTagKeys ?? []
  return Object.fromEntries(keys.map((key) => [key, caller.tags[key] ?? '']))
}

function checkDuration(seconds: number, roleLimitSeconds: number): void {
  if (seconds > roleLimitSeconds)
    throw new AwsError('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  if (seconds > chainedLimitSeconds) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
}

function roleId(arn: string): string {
  return `AROA${createHash('sha256').update(arn).digest('hex').toUpperCase().slice(0, 17)}`
}

function assumed(session: Session): Record<string, unknown> {
  return {
    AssumedRoleUser: { AssumedRoleId: `${roleId(session.roleArn)}:${session.sessionName}`, Arn: callerArn(session) },
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAt).toISOString(),
    },
  }
}

function identity(credentials: Credentials, caller: Caller): AwsReply {
  const session = credentials.find(caller.accessKeyId)
  if (!session) throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid', 403)
  const arn = callerArn(session)
  const userId = arn.endsWith(':root') ? credentials.account : `${roleId(session.roleArn)}:${session.sessionName}`
  return reply('GetCallerIdentity', { Arn: arn, UserId: userId, Account: credentials.account })
}

function reply(operation: string, result: Record<string, unknown>): AwsReply {
  const body = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: randomUUID() } }
  const head = `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">`
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: `${head}${xml(body)}</${operation}Response>` }
}
