import type { Caller, Clock, Deployment, IamRequest } from '../types.ts'
import type { Context } from './pattern.ts'
import type { Principal, Statement } from './policy.ts'
import { loadResourcePolicies, type ResourcePolicies } from './resource-policies.ts'
import { loadRoles, type Role } from './roles.ts'

/** `reason` is the end of AWS's sentence "… is not authorized to perform: … on resource: …". */
export interface Decision {
  allowed: boolean
  reason: string
}

export interface Iam {
  /** Whether the caller's policies, and those that stand on the resource, allow the request. */
  evaluate(caller: Caller, request: IamRequest): Decision
  /** Whether an AWS service acting for itself, such as `events.amazonaws.com`, is let in by the resource's policy. */
  evaluateService(service: string, request: IamRequest): Decision
  /** Whether the role's trust policy lets the caller, or a service, perform `sts:AssumeRole` or `sts:TagSession` on it. */
  evaluateTrust(principal: Caller | { service: string }, request: IamRequest): Decision
  role(arn: string): Role | undefined
}

type Verdict = 'Allow' | 'Deny' | 'none'

/** Loads every policy of the deployment. Throws, naming the policy, on anything it could not judge as AWS does. */
export function createIam(deployment: Deployment, clock: Clock = Date.now): Iam {
  const roles = loadRoles(deployment)
  const resourcePolicies = loadResourcePolicies(deployment)
  const { account, region } = deployment
  const root = `arn:aws:iam::${account}:root`

  function contextOf(caller: Asking, request: IamRequest): Context {
    const tags = 'service' in caller ? {} : { ...roles.get(caller.roleArn)?.tags, ...caller.tags }
    return contextFor({ account, region, now: clock(), tags }, caller, request)
  }

  return {
    role: (arn) => roles.get(arn),
    evaluate(caller, request) {
      if (caller.roleArn === root) return { allowed: true, reason: 'because the caller is the account itself' }
      const context = contextOf(caller, request)
      const identity = judge(roles.get(caller.roleArn)?.statements ?? [], request, context)
      const onResource = judgeResource(resourcePolicies, { roleArn: caller.roleArn, account }, request, context)
      return decide(request, identity, onResource)
    },
    evaluateService(service, request) {
      const verdict = judgeResource(resourcePolicies, { service }, request, contextOf({ service }, request))
      return decide(request, 'none', verdict, 'resource-based')
    },
    evaluateTrust(caller, request) {
      const principal: Principal = 'service' in caller ? caller : { roleArn: caller.roleArn, account }
      const trust = roles.get(request.resource)?.trust.filter((statement) => statement.names(principal) !== 'no') ?? []
      const verdict = judge(trust, request, contextOf(caller, request))
      if (verdict === 'Deny') return { allowed: false, reason: 'with an explicit deny in the role trust policy' }
      return { allowed: verdict === 'Allow', reason: reasonFor(request, verdict, 'role trust') }
    },
  }
}

function judge(statements: Statement[], request: IamRequest, context: Context): Verdict {
  const applying = statements.filter((statement) => statement.covers(request.action, request.resource, context))
  if (applying.some((statement) => statement.effect === 'Deny')) return 'Deny'
  return applying.length > 0 ? 'Allow' : 'none'
}

/** An Allow that names only the account leaves the decision to the identity's policies; a Deny that names it stands. */
function judgeResource(policies: ResourcePolicies, principal: Principal, request: IamRequest, context: Context): Verdict {
  const statements = policies.for(request.resource).filter((statement) => {
    const named = statement.names(principal)
    return named === 'direct' || (named === 'account' && statement.effect === 'Deny')
  })
  return judge(statements, request, context)
}

function decide(request: IamRequest, identity: Verdict, resource: Verdict, missing = 'identity-based'): Decision {
  if (identity === 'Deny') return { allowed: false, reason: 'with an explicit deny in an identity-based policy' }
  if (resource === 'Deny') return { allowed: false, reason: 'with an explicit deny in a resource-based policy' }
  if (identity === 'Allow') return { allowed: true, reason: reasonFor(request, 'Allow', 'identity-based') }
  return { allowed: resource === 'Allow', reason: reasonFor(request, resource, resource === 'Allow' ? 'resource-based' : missing) }
}

function reasonFor(request: IamRequest, verdict: Verdict, kind: string): string {
  if (verdict === 'Allow') return `because ${kind === 'identity-based' ? 'an' : 'a'} ${kind} policy allows the ${request.action} action`
  return `because no ${kind} policy allows the ${request.action} action`
}

interface Surroundings {
  account: string
  region: string
  now: number
  tags: Record<string, string>
}

type Asking = Caller | { service: string }

/** What every request says of itself, by the names of the keys in small letters. */
const STANDING: Readonly<Record<string, (surroundings: Surroundings, caller: Asking) => string | undefined>> = {
  'aws:requestedregion': ({ region }) => region,
  'aws:currenttime': ({ now }) => new Date(now).toISOString(),
  'aws:epochtime': ({ now }) => String(Math.floor(now / 1000)),
  // A loopback connection stands for the TLS connection that the same client opens to AWS.
  'aws:securetransport': () => 'true',
  'aws:viaawsservice': () => 'false',
  'aws:principalisawsservice': (_, caller) => String('service' in caller),
  'aws:principalservicename': (_, caller) => ('service' in caller ? caller.service : undefined),
  'aws:principalarn': (_, caller) => ('service' in caller ? undefined : caller.roleArn),
  'aws:principalaccount': ({ account }, caller) => ('service' in caller ? undefined : account),
  'aws:principaltype': (_, caller) => ('service' in caller ? undefined : 'AssumedRole'),
}
const TAG = 'aws:principaltag/'

/** Looked up as conditions ask: most statements are about other actions or resources, and ask nothing; those that ask, ask for the same again. */
function contextFor(surroundings: Surroundings, caller: Asking, request: IamRequest): Context {
  const among = (entries: Readonly<Record<string, string[] | string>>, name: string) => {
    for (const [key, value] of Object.entries(entries)) if (key.toLowerCase() === name) return value
    return undefined
  }
  const known = new Map<string, string[] | undefined>()
  return (key) => {
    if (known.has(key)) return known.get(key)
    const name = key.toLowerCase()
    const value =
      among(request.context, name) ??
      (name.startsWith(TAG) ? among(surroundings.tags, name.slice(TAG.length)) : STANDING[name]?.(surroundings, caller))
    const values = typeof value === 'string' ? [value] : value
    known.set(key, values)
    return values
  }
}
