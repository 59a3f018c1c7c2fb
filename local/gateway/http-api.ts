import * as z from 'zod'
import type { Deployment, Resource } from '../types.ts'
import type { JwtAuthorizer } from './authorizer.ts'
import type { Cors } from './cors.ts'
import { invokePermissions } from './permissions.ts'
import { parseRouteKey, type RoutePattern } from './routes.ts'
import type { Limit } from './throttle.ts'

/** An HTTP API of the template with all that belongs to it. */
export interface HttpApi {
  id: string
  accountId: string
  cors: Cors | undefined
  routes: Route[]
  stage: Stage
}

export interface Route extends RoutePattern {
  functionArn: string
  timeoutMs: number
  authorizer: JwtAuthorizer | undefined
  scopes: string[]
  /** Whether an `AWS::Lambda::Permission` lets the API call the function for this route. */
  permitted: boolean
}

export interface Stage {
  name: string
  variables: Record<string, string> | undefined
  limitOf(routeKey: string): Limit | undefined
}

const texts = z.array(z.string()).default([])
const flag = z.union([z.boolean(), z.stringbool()])

const CorsConfiguration = z.object({
  AllowOrigins: texts,
  AllowMethods: texts,
  AllowHeaders: texts,
  ExposeHeaders: texts,
  AllowCredentials: flag.default(false),
  MaxAge: z.coerce.number().optional(),
})
const ApiProperties = z.object({ ProtocolType: z.string().optional(), CorsConfiguration: CorsConfiguration.optional() })
const RouteProperties = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT'], 'the local gateway knows JWT authorizers only').default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: texts,
})
const IntegrationProperties = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.coerce.number().max(30_000).default(30_000),
})
const AuthorizerProperties = z.object({
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.array(z.string()).min(1),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()) }),
})
const RouteSettings = z.object({ ThrottlingBurstLimit: z.coerce.number().optional(), ThrottlingRateLimit: z.coerce.number().optional() })
const StageProperties = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  StageVariables: z.record(z.string(), z.string()).optional(),
  DefaultRouteSettings: RouteSettings.default({}),
  RouteSettings: z.record(z.string(), RouteSettings).default({}),
})

export function readHttpApis(deployment: Deployment): HttpApi[] {
  const apis = deployment.ofType('AWS::ApiGatewayV2::Api')
  return apis.filter(({ properties }) => properties.ProtocolType === 'HTTP').map((api) => readHttpApi(deployment, api))
}

function readHttpApi(deployment: Deployment, api: Resource): HttpApi {
  const { CorsConfiguration: cors } = read(ApiProperties, api)
  const stage = deployment.ofType('AWS::ApiGatewayV2::Stage').find(({ properties }) => properties.ApiId === api.ref)
  if (!stage) throw new Error(`${api.stack}/${api.logicalId}: the API has no stage`)
  const routes = deployment.ofType('AWS::ApiGatewayV2::Route').filter(({ properties }) => properties.ApiId === api.ref)
  const mayInvoke = invokePermissions(deployment, api)
  return {
    id: api.ref,
    accountId: deployment.account,
    cors: cors && {
      allowOrigins: cors.AllowOrigins,
      allowMethods: cors.AllowMethods,
      allowHeaders: cors.AllowHeaders,
      exposeHeaders: cors.ExposeHeaders,
      allowCredentials: cors.AllowCredentials,
      maxAge: cors.MaxAge,
    },
    routes: routes.map((route) => readRoute(deployment, route, mayInvoke)),
    stage: readStage(stage),
  }
}

function readRoute(deployment: Deployment, route: Resource, mayInvoke: (functionArn: string, routeKey: string) => boolean): Route {
  const properties = read(RouteProperties, route)
  const integration = referred(deployment, route, 'AWS::ApiGatewayV2::Integration', properties.Target.replace('integrations/', ''))
  const { IntegrationUri, TimeoutInMillis } = read(IntegrationProperties, integration)
  const functionArn = /(arn:aws:lambda:[^/]+)(\/invocations)?$/.exec(IntegrationUri)?.[1] ?? IntegrationUri
  return {
    ...parseRouteKey(properties.RouteKey),
    functionArn,
    timeoutMs: TimeoutInMillis,
    authorizer: properties.AuthorizationType === 'JWT' ? readAuthorizer(deployment, route, properties.AuthorizerId) : undefined,
    scopes: properties.AuthorizationScopes,
    permitted: mayInvoke(functionArn, properties.RouteKey),
  }
}

function readAuthorizer(deployment: Deployment, route: Resource, id = ''): JwtAuthorizer {
  const { IdentitySource, JwtConfiguration } = read(AuthorizerProperties, referred(deployment, route, 'AWS::ApiGatewayV2::Authorizer', id))
  return { issuer: JwtConfiguration.Issuer, audience: JwtConfiguration.Audience, identitySource: IdentitySource[0] ?? '' }
}

function readStage(stage: Resource): Stage {
  const { StageName, StageVariables, DefaultRouteSettings, RouteSettings: ofRoutes } = read(StageProperties, stage)
  return {
    name: StageName,
    variables: StageVariables,
    limitOf(routeKey) {
      const own = ofRoutes[routeKey]
      const rate = own?.ThrottlingRateLimit ?? DefaultRouteSettings.ThrottlingRateLimit
      const burst = own?.ThrottlingBurstLimit ?? DefaultRouteSettings.ThrottlingBurstLimit
      return rate === undefined || burst === undefined ? undefined : { rate, burst }
    },
  }
}

function referred(deployment: Deployment, from: Resource, type: string, ref: string): Resource {
  const found = deployment.ofType(type).find((resource) => resource.ref === ref)
  if (found) return found
  throw new Error(`${from.stack}/${from.logicalId}: there is no ${type} ${ref}`)
}

function read<Schema extends z.ZodType>(schema: Schema, { properties, stack, logicalId }: Resource): z.output<Schema> {
  const parsed = schema.safeParse(properties)
  if (parsed.success) return parsed.data
  throw new Error(`${stack}/${logicalId}: ${z.prettifyError(parsed.error)}`)
}
