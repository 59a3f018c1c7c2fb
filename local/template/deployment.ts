import type { Deployment, Ports, Resource } from '../types.ts'
import { readAssembly, type Template, type TemplateResource } from './assembly.ts'
import { attributeOf, kindOf, refOf } from './identity.ts'
import { noValue, resolve, type Scope } from './intrinsics.ts'
import type { Subject } from './kinds.ts'
import { withLocalUrls } from './local-urls.ts'

export interface Overrides {
  ports: Ports
  region?: string
  account?: string
}

/** Reads every stack of a synthesized app. Throws, naming stack and logical id, on anything it does not know. */
export function readDeployment(assemblyDir: string, overrides: Overrides): Deployment {
  const templates = readAssembly(assemblyDir)
  const {
    ports,
    region = meant(templates, 'region') ?? 'eu-central-1',
    account = meant(templates, 'account') ?? '000000000000',
  } = overrides
  const app = createApp(templates, { ports, region, account })
  const resources = app.resources()
  return {
    region,
    account,
    resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    attribute: (resource, name) => withLocalUrls(app.attribute(resource, name), region, ports),
  }
}

/** What the app itself was made for: its templates may spell it out. */
const meant = (templates: Template[], what: 'region' | 'account') => templates.find((template) => template[what])?.[what]

interface App {
  resources(): Resource[]
  attribute(resource: Pick<Resource, 'stack' | 'logicalId'>, name: string): string
}

type Place = Required<Overrides>

function createApp(templates: Template[], place: Place): App {
  const scopes = new Map(templates.map((template) => [template.stack, createScope(template, place, { importValue, parameterStore })]))
  const scopeOf = ({ stack }: { stack: string }) => scopes.get(stack) as StackScope

  function importValue(name: string): unknown {
    for (const template of templates) {
      for (const output of Object.values(template.Outputs)) {
        const scope = scopeOf(template)
        if (output.Export && resolve(output.Export.Name, scope) === name) return resolve(output.Value, scope)
      }
    }
    throw new Error(`no stack exports ${name}`)
  }

  function parameterStore(name: string): unknown {
    for (const template of templates) {
      for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
        if (Type !== 'AWS::SSM::Parameter') continue
        const scope = scopeOf(template)
        if (scope.ref(logicalId) === name) return resolve(Properties?.Value, scope)
      }
    }
    throw new Error(`no stack writes the SSM parameter ${name}`)
  }

  return {
    resources: () => templates.flatMap((template) => readResources(template, scopeOf(template), place)),
    attribute: (resource, name) => scopeOf(resource).attribute(resource.logicalId, name),
  }
}

function readResources(template: Template, scope: StackScope, { region, ports }: Place): Resource[] {
  const present = Object.entries(template.Resources).filter(([, { Condition }]) => !Condition || scope.condition(Condition))
  return present.map(([logicalId, resource]) =>
    naming(`${template.stack}/${logicalId}`, () => {
      kindOf({ type: resource.Type })
      const properties = resolve(resource.Properties ?? {}, scope) as Record<string, unknown>
      return withLocalUrls(
        {
          logicalId,
          stack: template.stack,
          type: resource.Type,
          ref: scope.ref(logicalId) as string,
          properties,
          metadata: { ...resource.Metadata, ...assetOf(properties, template) },
        },
        region,
        ports,
      )
    }),
  )
}

/** Where the code of a function lies, as `aws:asset:path`, whether or not the synthesis wrote that metadata. */
function assetOf({ Code }: Record<string, unknown>, { assets }: Template): Record<string, unknown> {
  const path = assets.get(String((Code as { S3Key?: unknown } | undefined)?.S3Key))
  return path ? { 'aws:asset:path': path } : {}
}

interface StackScope extends Scope {
  attribute(logicalId: string, attribute: string): string
}

type Elsewhere = Pick<Scope, 'importValue' | 'parameterStore'>

function createScope(template: Template, place: Place, elsewhere: Elsewhere): StackScope {
  const pseudo: Record<string, unknown> = {
    'AWS::AccountId': place.account,
    'AWS::Region': place.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': template.stack,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.account}:stack/${template.stack}/local`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': noValue,
  }
  const subject = (logicalId: string, resource: TemplateResource): Subject => ({
    ...place,
    stack: template.stack,
    logicalId,
    type: resource.Type,
    apiOrigin: `http://localhost:${place.ports.api}`,
    awsOrigin: `http://localhost:${place.ports.aws}`,
    property: (name) => resolve(resource.Properties?.[name], scope),
  })
  const found = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new Error(`${template.stack} has no ${what}`)
    return value
  }
  const scope: StackScope = {
    ...elsewhere,
    ref(name) {
      if (name in pseudo) return pseudo[name]
      const resource = template.Resources[name]
      if (resource) return naming(`${template.stack}/${name}`, () => refOf(subject(name, resource)))
      return parameterValue(name)
    },
    attribute(logicalId, attribute) {
      const resource = found(template.Resources[logicalId], `resource ${logicalId}`)
      return naming(`${template.stack}/${logicalId}`, () => attributeOf(subject(logicalId, resource), attribute))
    },
    condition: (name) => resolve(found(template.Conditions[name], `condition ${name}`), scope) === true,
    mapping: (map, first, second) => found(template.Mappings[map]?.[first]?.[second], `mapping ${map}.${first}.${second}`),
  }
  function parameterValue(name: string): unknown {
    const parameter = found(template.Parameters[name], `resource or parameter ${name}`)
    const value = found(parameter.Default, `value for the parameter ${name}, which has no default`)
    return parameter.Type.startsWith('AWS::SSM::Parameter::Value<') ? elsewhere.parameterStore(String(value)) : value
  }
  return scope
}

/** Runs the work; what it throws says of which resource it speaks (the innermost, when one leads to another). */
function naming<T>(where: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof TemplateError) throw error
    if (error instanceof RangeError) throw new TemplateError(`${where}: it depends on itself`)
    throw new TemplateError(`${where}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

class TemplateError extends Error {}
