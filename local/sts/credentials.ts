import { randomBytes } from 'node:crypto'
import type { Iam } from '../iam/iam.ts'
import type { Caller, Clock } from '../types.ts'

/** Temporary credentials with what they stand for. */
export interface Session extends Caller {
  sessionName: string
  secretAccessKey: string
  sessionToken: string
  /** Epoch milliseconds; infinite for the credentials of a function's own role, which live as long as its worker. */
  expiresAt: number
  /** Keys of the tags that sessions assumed from this one inherit. */
  transitiveTagKeys: string[]
}

export interface Grant {
  roleArn: string
  sessionName: string
  tags?: Record<string, string>
  transitiveTagKeys?: string[]
  expiresAt?: number
}

export interface Credentials {
  readonly account: string
  readonly clock: Clock
  /** Credentials of a function's own role; throws when the role's trust policy does not let Lambda assume it. */
  forRole(roleArn: string, sessionName?: string): Session
  /** Credentials of the stack itself, which may do everything. */
  root(): Session
  issue(grant: Grant): Session
  /** Also finds expired sessions, until an hour after their end, so that they can be refused by that name. */
  find(accessKeyId: string): Session | undefined
}

const keptAfterExpiryMs = 3_600_000

export function createCredentials(options: { account: string; iam: Iam; clock?: Clock }): Credentials {
  const { account, iam, clock = Date.now } = options
  const sessions = new Map<string, Session>()
  const issue = (grant: Grant): Session => {
    forgetOld(sessions, clock())
    const session = mint(grant)
    sessions.set(session.accessKeyId, session)
    return session
  }
  const root = issue({ roleArn: `arn:aws:iam::${account}:root`, sessionName: 'local-stack' })
  return {
    account,
    clock,
    issue,
    root: () => root,
    find: (accessKeyId) => sessions.get(accessKeyId),
    forRole(roleArn, sessionName = 'function') {
      const trust = iam.evaluateTrust({ service: 'lambda.amazonaws.com' }, { action: 'sts:AssumeRole', resource: roleArn, context: {} })
      if (!trust.allowed) throw new Error(`Lambda cannot assume ${roleArn}: ${trust.reason}`)
      return issue({ roleArn, sessionName })
    },
  }
}

function mint(grant: Grant): Session {
  return {
    roleArn: grant.roleArn,
    sessionName: grant.sessionName,
    tags: grant.tags ?? {},
    transitiveTagKeys: grant.transitiveTagKeys ?? [],
    expiresAt: grant.expiresAt ?? Number.POSITIVE_INFINITY,
    accessKeyId: `ASIA${base32(16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
  }
}

function base32(length: number): string {
  return [...randomBytes(length)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('')
}

/** Sessions are kept in the order of their issue, so the first one still alive ends the search in nearly every case. */
function forgetOld(sessions: Map<string, Session>, now: number): void {
  if (sessions.size % 256 !== 255) return
  for (const [key, session] of sessions) if (session.expiresAt + keptAfterExpiryMs < now) sessions.delete(key)
}

/** The ARN under which a session's calls are reported: the role without its path, and the session's name. */
export function callerArn(session: Session): string {
  if (session.roleArn.endsWith(':root')) return session.roleArn
  const [, , , , account, resource = ''] = session.roleArn.split(':')
  return `arn:aws:sts::${account}:assumed-role/${resource.split('/').at(-1)}/${session.sessionName}`
}
