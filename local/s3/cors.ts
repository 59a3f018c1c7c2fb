import * as z from 'zod'
import type { Resource } from '../types.ts'

/** A bucket's `CorsConfiguration`. */
const Configuration = z
  .object({
    CorsRules: z.array(
      z.object({
        AllowedOrigins: z.array(z.string()),
        AllowedMethods: z.array(z.string()),
        AllowedHeaders: z.array(z.string()).default([]),
        ExposedHeaders: z.array(z.string()).default([]),
        MaxAge: z.coerce.number().optional(),
      }),
    ),
  })
  .default({ CorsRules: [] })
type Rule = z.output<typeof Configuration>['CorsRules'][number]

export const corsRulesOf = ({ properties }: Resource): Rule[] => Configuration.parse(properties.CorsConfiguration).CorsRules

const fits = (patterns: string[], value: string, flags = '') =>
  patterns.some((pattern) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, flags).test(value))

/**
 * What a browser is told of a request by this origin; nothing where no rule lets it in, and the browser then keeps the answer to itself.
 * The first rule that fits decides; a preflight also names the headers that it wants to send.
 */
export function corsHeaders(rules: Rule[], headers: Record<string, string>, method: string): Record<string, string> | undefined {
  const { origin, 'access-control-request-headers': wanted = '' } = headers
  if (origin === undefined) return undefined
  const names = wanted.split(',').flatMap((name) => name.trim() || [])
  const rule = rules.find(
    ({ AllowedOrigins, AllowedMethods, AllowedHeaders }) =>
      fits(AllowedOrigins, origin) && AllowedMethods.includes(method) && names.every((name) => fits(AllowedHeaders, name, 'i')),
  )
  if (!rule) return undefined
  const isForAll = rule.AllowedOrigins.includes('*')
  return {
    'access-control-allow-origin': isForAll ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethods.join(', '),
    ...(isForAll ? {} : { 'access-control-allow-credentials': 'true' }),
    ...(names.length > 0 ? { 'access-control-allow-headers': names.join(', ').toLowerCase() } : {}),
    ...(rule.ExposedHeaders.length > 0 ? { 'access-control-expose-headers': rule.ExposedHeaders.join(', ') } : {}),
    ...(rule.MaxAge === undefined ? {} : { 'access-control-max-age': String(rule.MaxAge) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
}
