import type { Iam } from '../iam/iam.ts'
import { callerArn, type Session } from '../sts/credentials.ts'
import { AwsError, type IamRequest, type Log } from '../types.ts'

/** Asks IAM, and throws what it refuses, which the log has in one line. */
export function authorize({ iam, log }: { iam: Iam; log: Log }, session: Session, need: IamRequest): void {
  const decision = iam.evaluate(session, need)
  if (!decision.allowed) throw denial(log, session, need, decision.reason)
}

function denial(log: Log, session: Session, { action, resource, context }: IamRequest, reason: string): AwsError {
  const tags = Object.entries(session.tags).map(([key, value]) => ` ${key}=${value}`)
  const keys = context['dynamodb:LeadingKeys']
  const what = `${action} on ${resource}${keys ? ` (keys ${keys.join(', ')})` : ''}`
  log('iam', `denied: ${session.roleArn.split('/').at(-1)}${tags.join('')} ${what} ${reason}`)
  const message = `User: ${callerArn(session)} is not authorized to perform: ${action} on resource: ${resource} ${reason}`
  return new AwsError('AccessDeniedException', message)
}
