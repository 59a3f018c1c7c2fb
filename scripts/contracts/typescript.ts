import { type Endpoint, methodOf, type Named, pathOf } from '../../shared/endpoint.ts'
import { honoursKey } from '../../shared/serve/idempotency.ts'
import type { Components, JsonSchema } from './json-schema.ts'

const isName = /^[A-Za-z_$][\w$]*$/
const quoted = (name: string) => (isName.test(name) ? name : JSON.stringify(name))

function objectType(schema: JsonSchema): string {
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>
  const required = new Set((schema.required ?? []) as string[])
  const fields = Object.entries(properties).map(([name, each]) => `${quoted(name)}${required.has(name) ? '' : '?'}: ${typeOf(each)}`)
  const more = schema.additionalProperties
  if (fields.length === 0) return typeof more === 'object' ? `Record<string, ${typeOf(more as JsonSchema)}>` : 'Record<string, unknown>'
  return `{ ${fields.join('; ')} }`
}

const union = (schemas: JsonSchema[]) => [...new Set(schemas.map(typeOf))].join(' | ')

/** A JSON Schema as a TypeScript type. */
export function typeOf(schema: JsonSchema): string {
  if (typeof schema.$ref === 'string') return schema.$ref.replace('#/components/schemas/', '')
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((each) => JSON.stringify(each)).join(' | ')
  if (Array.isArray(schema.anyOf)) return union(schema.anyOf as JsonSchema[])
  if (Array.isArray(schema.oneOf)) return union(schema.oneOf as JsonSchema[])
  if (Array.isArray(schema.allOf)) return (schema.allOf as JsonSchema[]).map(typeOf).join(' & ')
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => ({ ...schema, type })))
  if (schema.type === 'array') return `Array<${typeOf((schema.items ?? {}) as JsonSchema)}>`
  if (schema.type === 'object') return objectType(schema)
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'string' || schema.type === 'boolean' || schema.type === 'null') return schema.type
  return 'unknown'
}

function optionsType(contract: Endpoint, parts: Components): string {
  const fields = [
    ...(contract.params ? [`params: ${typeOf(parts.of(contract.params, 'input'))}`] : []),
    ...(contract.query ? [`query?: ${typeOf(parts.of(contract.query, 'input'))}`] : []),
    ...(contract.body ? [`body${contract.body.safeParse({}).success ? '?' : ''}: ${typeOf(parts.of(contract.body, 'input'))}`] : []),
    ...(honoursKey(contract) ? ['idempotencyKey?: string'] : []),
  ]
  return fields.length === 0 ? 'Options' : `Options & { ${fields.join('; ')} }`
}

const isOptional = (contract: Endpoint) => !contract.params && (!contract.body || contract.body.safeParse({}).success)

function methodType({ name, contract }: Named, parts: Components): string {
  const data = contract.reply ? typeOf(parts.of(contract.reply, 'output')) : contract.raw ? 'unknown' : 'undefined'
  const reply = contract.list ? `Page<${data}>` : data
  return `  /** ${contract.summary} \`${contract.route}\` */\n  ${name}(options${isOptional(contract) ? '?' : ''}: ${optionsType(contract, parts)}): Promise<Answer<${reply}>>`
}

/** The part of the client that follows from the contracts: types, methods, and the table of routes. */
export function clientSource(catalogue: Named[], parts: Components): string {
  const methods = catalogue.map((each) => methodType(each, parts)).join('\n')
  const table = catalogue.map(({ name, contract }) => `  ${name}: ['${methodOf(contract)}', '${pathOf(contract)}'],`).join('\n')
  const types = Object.entries(parts.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `export type ${name} = ${typeOf(schema)}`)
    .join('\n\n')
  return `// Made from the contracts by \`npm run contracts\`; a check keeps it current.
import type { Answer, Options, Page } from './call.ts'

${types}

export interface Operations {
${methods}
}

export const routes = {
${table}
} as const
`
}
