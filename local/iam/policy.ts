import { isKnownKey } from './condition-keys.ts'
import { asRecord, asStrings, type Condition, compileConditions } from './conditions.ts'
import { type Context, compilePattern, parsePattern, variablesOf } from './pattern.ts'

/** Who asks: a role of the account, or an AWS service acting for itself. */
export type Principal = { roleArn: string; account: string } | { service: string }

export interface Statement {
  sid: string
  effect: 'Allow' | 'Deny'
  covers(action: string, resource: string, context: Context): boolean
  /** `direct`: named itself or by `*`; `account`: only through its account, which leaves the decision to identity policies. */
  names(principal: Principal): 'direct' | 'account' | 'no'
}

const elements = ['Sid', 'Effect', 'Principal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']

/** Compiles a policy document. Anything in it that would not be judged as AWS judges it throws, naming the policy. */
export function compilePolicy(document: unknown, policyName: string): Statement[] {
  const { Version: version, Statement: statements, ...rest } = asRecord(document, `policy ${policyName}`)
  try {
    const extra = Object.keys(rest).find((key) => key !== 'Id')
    if (extra) throw new Error(`unknown element ${extra}`)
    return (Array.isArray(statements) ? statements : [statements]).map((statement: unknown) =>
      compileStatement(asRecord(statement, 'Statement'), version === '2012-10-17'),
    )
  } catch (error) {
    throw new Error(`policy ${policyName}: ${(error as Error).message}`)
  }
}

function compileStatement(statement: Record<string, unknown>, variables: boolean): Statement {
  const unknown = Object.keys(statement).find((key) => !elements.includes(key))
  if (unknown) throw new Error(`unknown element ${unknown}`)
  const effect = statement.Effect
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`Effect must be Allow or Deny, not ${JSON.stringify(effect)}`)
  const actions = compileActions(statement)
  const resources = compileResources(statement, variables)
  const conditions: Condition[] = statement.Condition === undefined ? [] : compileConditions(statement.Condition, variables)
  return {
    sid: String(statement.Sid ?? ''),
    effect,
    covers: (action, resource, context) =>
      actions(action) && resources(resource, context) && conditions.every((condition) => condition(context)),
    names: compilePrincipal(statement.Principal),
  }
}

function compileActions(statement: Record<string, unknown>): (action: string) => boolean {
  const { Action: action, NotAction: notAction } = statement
  if ((action === undefined) === (notAction === undefined)) throw new Error('a statement has either Action or NotAction')
  const patterns = asStrings(action ?? notAction).map((text) => {
    if (text !== '*' && !/^[\w-]+:[\w*?]+$/.test(text)) throw new Error(`"${text}" is no action`)
    return compilePattern(parsePattern(text, { variables: false, wildcards: true }), 'text', true)
  })
  const listed = (name: string) => patterns.some((fits) => fits(name, () => undefined) === true)
  return notAction === undefined ? listed : (name) => !listed(name)
}

/** A trust policy has no Resource: it stands on the role. */
function compileResources(statement: Record<string, unknown>, variables: boolean): (resource: string, context: Context) => boolean {
  const { Resource: resource, NotResource: notResource } = statement
  if (resource !== undefined && notResource !== undefined) throw new Error('a statement has either Resource or NotResource')
  if (resource === undefined && notResource === undefined) {
    if (statement.Principal === undefined) throw new Error('a statement of an identity policy needs a Resource')
    return () => true
  }
  const patterns = asStrings(resource ?? notResource).map((text) => readResource(text, variables))
  // An unset variable never makes a statement apply: its resource is no match, and its NotResource excludes everything.
  if (notResource === undefined) return (arn, context) => patterns.some((fits) => fits(arn, context) === true)
  return (arn, context) => patterns.every((fits) => fits(arn, context) === false)
}

function readResource(text: string, variables: boolean) {
  const pattern = parsePattern(text, { variables, wildcards: true })
  const unknown = variablesOf(pattern).find((variable) => !isKnownKey(variable))
  if (unknown) throw new Error(`no part of the local stack supplies the policy variable ${unknown}`)
  const segments = text.replace(/\$\{[^}]*\}/g, '').split(':').length
  if (text !== '*' && (!text.startsWith('arn:') || segments < 6)) throw new Error(`"${text}" is no ARN`)
  return compilePattern(pattern, 'arn')
}

function compilePrincipal(element: unknown): Statement['names'] {
  if (element === undefined) return () => 'direct'
  if (element === '*') return () => 'direct'
  const { AWS: aws, Service: service, ...others } = asRecord(element, 'Principal')
  const other = Object.keys(others)[0]
  if (other) throw new Error(`the local stack knows no principals of kind ${other}`)
  const services = service === undefined ? [] : asStrings(service)
  const arns = aws === undefined ? [] : asStrings(aws)
  const odd = arns.find((arn) => arn !== '*' && !/^\d{12}$/.test(arn) && !/^arn:aws:iam::\d{12}:(root|role\/[^*?]+)$/.test(arn))
  if (odd) throw new Error(`"${odd}" is no principal`)
  return (principal) => {
    if ('service' in principal) return services.includes(principal.service) || arns.includes('*') ? 'direct' : 'no'
    if (arns.includes('*') || arns.includes(principal.roleArn)) return 'direct'
    return arns.includes(principal.account) || arns.includes(`arn:aws:iam::${principal.account}:root`) ? 'account' : 'no'
  }
}
