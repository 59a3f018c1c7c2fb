/** What AWS takes, for whoever asks how much of the product an account has room for. */

export interface Resource {
  Type: string
  Properties?: Record<string, unknown>
}

export interface Template {
  Resources?: Record<string, Resource>
  Parameters?: Record<string, unknown>
  Outputs?: Record<string, unknown>
}

export interface SizedStack {
  name: string
  template: Template
  /** Of the template as it is sent. */
  bytes: number
}

/** One limit where it is nearest: how much is used, by what, of how much there is. */
export interface Use {
  limit: string
  most: number
  where: string
  allowed: number
}

/** Quotas that AWS raises for nobody stand beside those that can be raised; none of these should have to be. */
const ALLOWED = {
  'resources of a stack': 500,
  'parameters of a stack': 200,
  'outputs of a stack': 200,
  'bytes of a template': 1_000_000,
  'stacks of an account': 2_000,
  'routes of an API': 300,
  'integrations of an API': 300,
  'behaviors of the distribution': 75,
  'origins of the distribution': 25,
  'characters of a path pattern': 255,
  'roles of an account': 1_000,
  "characters of a role's inline policies": 10_240,
  'characters of a trust policy': 2_048,
  "characters of a bus's rule pattern": 2_048,
  'rules of a bus': 300,
  'bytes of the environment of a function': 4_096,
  'standard parameters of an account': 10_000,
} as const
type Limit = keyof typeof ALLOWED

/** IAM counts no white space; a reference is as long as what it most often becomes, an ARN. */
const ARN = 'arn:aws:xxxxxxxx:xx-xxxxxxx-0:000000000000:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'
const charactersOf = (value: unknown = {}) =>
  JSON.stringify(value, (_, each) => (each !== null && typeof each === 'object' && ('Ref' in each || 'Fn::GetAtt' in each) ? ARN : each))
    .length

type Entry = { stack: string; id: string; Properties: Record<string, unknown> }

const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : Object.keys((value as object | undefined) ?? {}).length)

/** Every limit, with what comes nearest to it. */
export function usesOf(stacks: readonly SizedStack[]): Use[] {
  const ofType = (type: string): Entry[] =>
    stacks.flatMap(({ name, template }) =>
      Object.entries(template.Resources ?? {}).flatMap(([id, { Type, Properties = {} }]) =>
        Type === type ? [{ stack: name, id, Properties }] : [],
      ),
    )
  const roles = ofType('AWS::IAM::Role')
  const rules = ofType('AWS::Events::Rule').filter(({ Properties }) => Properties.EventPattern)
  const configs = ofType('AWS::CloudFront::Distribution').map(({ id, Properties }) => ({
    id,
    config: Properties.DistributionConfig as { CacheBehaviors?: { PathPattern: string }[]; Origins?: unknown[] },
  }))
  const most = (limit: Limit, found: readonly (readonly [where: string, count: number])[]): Use => {
    const [where, count] = found.reduce((nearest, each) => (each[1] > nearest[1] ? each : nearest), ['nothing', 0] as const)
    return { limit, most: count, where, allowed: ALLOWED[limit] }
  }
  const inEach = (count: (template: Template) => number) => stacks.map(({ name, template }) => [name, count(template)] as const)
  const byStack = (entries: readonly Entry[]) =>
    stacks.map(({ name }) => [name, entries.filter(({ stack }) => stack === name).length] as const)
  const each = (entries: readonly Entry[], count: (properties: Record<string, unknown>) => number) =>
    entries.map(({ stack, id, Properties }) => [`${stack} ${id}`, count(Properties)] as const)
  return [
    most(
      'resources of a stack',
      inEach(({ Resources }) => lengthOf(Resources)),
    ),
    most(
      'parameters of a stack',
      inEach(({ Parameters }) => lengthOf(Parameters)),
    ),
    most(
      'outputs of a stack',
      inEach(({ Outputs }) => lengthOf(Outputs)),
    ),
    most(
      'bytes of a template',
      stacks.map(({ name, bytes }) => [name, bytes] as const),
    ),
    most('stacks of an account', [['all', stacks.length]]),
    most('routes of an API', byStack(ofType('AWS::ApiGatewayV2::Route'))),
    most('integrations of an API', byStack(ofType('AWS::ApiGatewayV2::Integration'))),
    most(
      'behaviors of the distribution',
      configs.map(({ id, config }) => [id, lengthOf(config.CacheBehaviors) + 1] as const),
    ),
    most(
      'origins of the distribution',
      configs.map(({ id, config }) => [id, lengthOf(config.Origins)] as const),
    ),
    most(
      'characters of a path pattern',
      configs.flatMap(({ config }) => (config.CacheBehaviors ?? []).map(({ PathPattern }) => [PathPattern, PathPattern.length] as const)),
    ),
    most('roles of an account', [['all', roles.length]]),
    most(
      "characters of a role's inline policies",
      each(roles, ({ Policies = [] }) =>
        (Policies as { PolicyDocument: unknown }[]).reduce((sum, { PolicyDocument }) => sum + charactersOf(PolicyDocument), 0),
      ),
    ),
    most(
      'characters of a trust policy',
      each(roles, ({ AssumeRolePolicyDocument }) => charactersOf(AssumeRolePolicyDocument)),
    ),
    most(
      "characters of a bus's rule pattern",
      each(rules, ({ EventPattern }) => charactersOf(EventPattern)),
    ),
    most('rules of a bus', [['all', rules.length]]),
    most(
      'bytes of the environment of a function',
      each(ofType('AWS::Lambda::Function'), ({ Environment }) => charactersOf((Environment as { Variables?: unknown })?.Variables ?? {})),
    ),
    most('standard parameters of an account', [['all', ofType('AWS::SSM::Parameter').length]]),
  ]
}

export const exceeded = (uses: readonly Use[]) => uses.filter(({ most, allowed }) => most > allowed)

/** For people: each limit with what is left of it. */
export const tableOf = (uses: readonly Use[]): string =>
  uses
    .map(({ limit, most, where, allowed }) =>
      [
        limit.padEnd(40),
        String(most).padStart(8),
        ` of ${String(allowed).padStart(8)}, left ${String(allowed - most).padStart(8)}`,
        `  ${where}`,
      ].join(''),
    )
    .join('\n')

/** CloudFormation takes 500 resources a stack; the rest is room for what an update holds twice. */
export const MAX_RESOURCES = 480

/** Resources of each stack's template, by its name. Throws where CloudFormation would refuse it, or soon will. */
export function countResources(templates: { name: string; template: { Resources?: object } }[]): Record<string, number> {
  const counts = templates.map(({ name, template }) => [name, Object.keys(template.Resources ?? {}).length] as const)
  const full = counts.filter(([, count]) => count > MAX_RESOURCES)
  if (full.length === 0) return Object.fromEntries(counts)
  const list = full.map(([name, count]) => `${name} has ${count}`).join(', ')
  throw new Error(`A stack may have ${MAX_RESOURCES} resources, and ${list}. Give new contexts a further ring in its context.ts.`)
}
