import * as z from 'zod'
import type { Deployment } from '../types.ts'
import type { HttpRequest } from './event.ts'
import type { HttpApi } from './http-api.ts'

/** Sends a request on, as a distribution does: to which API, and with which headers beside the caller's. */
export type Forward = (request: HttpRequest) => { api: HttpApi; request: HttpRequest }

const Behavior = z.object({ TargetOriginId: z.string() })
const Origin = z.object({
  Id: z.string(),
  DomainName: z.string(),
  OriginCustomHeaders: z.array(z.object({ HeaderName: z.string(), HeaderValue: z.string() })).default([]),
})
const DistributionConfig = z.object({
  Origins: z.array(Origin),
  CacheBehaviors: z.array(Behavior.extend({ PathPattern: z.string() })).default([]),
  DefaultCacheBehavior: Behavior,
})

/** `*` stands for any characters, `?` for one; case counts (Amazon CloudFront Developer Guide, "Path pattern"). */
export function fitsPath(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^/?${source.replace(/^\//, '')}$`, 's').test(path)
}

/** The template's distribution in front of these APIs; none where the template has none. */
export function readDistribution(deployment: Deployment, apis: readonly HttpApi[]): Forward | undefined {
  const [resource, another] = deployment.ofType('AWS::CloudFront::Distribution')
  if (!resource) return undefined
  if (another) throw new Error(`${another.stack}/${another.logicalId}: the local stack has one port, so one distribution`)
  const where = `${resource.stack}/${resource.logicalId}`
  const { Origins, CacheBehaviors, DefaultCacheBehavior } = read(resource.properties.DistributionConfig, where)
  const targets = new Map(Origins.map((origin) => [origin.Id, { api: apiOf(apis, origin, where), headers: headersOf(origin) }]))
  const target = (id: string) => {
    const found = targets.get(id)
    if (!found) throw new Error(`${where}: there is no origin ${id}`)
    return found
  }
  const rules = CacheBehaviors.map(({ PathPattern, TargetOriginId }) => ({ pattern: PathPattern, to: target(TargetOriginId) }))
  const otherwise = target(DefaultCacheBehavior.TargetOriginId)
  return (request) => {
    const { api, headers } = rules.find(({ pattern }) => fitsPath(pattern, request.path))?.to ?? otherwise
    return { api, request: { ...request, headers: { ...request.headers, ...headers, 'x-forwarded-for': hops(request) } } }
  }
}

/** The viewer's address behind what the viewer claims; the API adds the edge's, which on this machine is the same. */
const hops = ({ headers, sourceIp }: HttpRequest) => [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', ')

function read(config: unknown, where: string) {
  const parsed = DistributionConfig.safeParse(config)
  if (!parsed.success) throw new Error(`${where}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function apiOf(apis: readonly HttpApi[], { Id, DomainName }: z.output<typeof Origin>, where: string): HttpApi {
  const found = apis.find(({ id }) => DomainName.startsWith(`${id}.execute-api.`))
  if (!found) throw new Error(`${where}: the origin ${Id} leads to ${DomainName}, which is no HTTP API of the template`)
  return found
}

const headersOf = ({ OriginCustomHeaders }: z.output<typeof Origin>) =>
  Object.fromEntries(OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [HeaderName.toLowerCase(), HeaderValue]))
