import * as z from 'zod'

export type JsonSchema = Record<string, unknown>

/** Zod schemas as JSON Schema (draft 2020-12, OpenAPI 3.1's own), the named ones as components that are referred to. */
export interface Components {
  schemas: Record<string, JsonSchema>
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema
}

const refTo = (name: string) => `#/components/schemas/${name}`

/** Leaves out what a format says already, and does not bind readers to today's fields of a reply. */
function plain(schema: JsonSchema, io: 'input' | 'output') {
  if (schema.format === 'date-time' || schema.format === 'email') delete schema.pattern
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties
  // The kernel refuses unknown fields at every depth, whatever the schema's author thought of.
  if (io === 'input' && schema.type === 'object' && schema.properties) schema.additionalProperties ??= false
}

const INTERNAL = new Set(['$schema', 'id', '$id', '~standard', '$defs'])

/** Drops what belongs to the generator; below `properties`, `id` is a field like any other. */
function clean(value: unknown, path: string[], rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => clean(each, path, rename))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => path.at(-1) === 'properties' || !INTERNAL.has(key))
  return Object.fromEntries(
    entries.map(([key, each]) =>
      key === '$ref' && typeof each === 'string'
        ? [key, refTo(rename(each.replace('#/$defs/', '')))]
        : [key, clean(each, [...path, key], rename)],
    ),
  )
}

export function components(named: Map<string, z.ZodType>): Components {
  const metadata = z.registry<{ id: string }>()
  for (const [name, schema] of named) metadata.add(schema, { id: name })
  const schemas: Record<string, JsonSchema> = {}
  // What goes in can differ from what comes out (defaults, nulls); then it gets a name of its own.
  const nameFor = (name: string, shape: JsonSchema, io: string) => {
    const known = schemas[name]
    return !known || JSON.stringify(known) === JSON.stringify(shape) ? name : `${name}${io === 'input' ? 'Input' : 'Output'}`
  }
  return {
    schemas,
    of(schema, io) {
      const raw = z.toJSONSchema(schema, {
        metadata,
        io,
        unrepresentable: 'any',
        override: ({ jsonSchema }) => plain(jsonSchema as JsonSchema, io),
      }) as JsonSchema
      const names = new Map<string, string>()
      const rename = (name: string) => names.get(name) ?? name
      const add = (name: string, shape: JsonSchema) => {
        const first = clean(shape, [], rename) as JsonSchema
        const final = nameFor(name, first, io)
        names.set(name, final)
        schemas[final] = first
      }
      for (const [name, shape] of Object.entries((raw.$defs ?? {}) as Record<string, JsonSchema>)) add(name, shape)
      const own = [...named].find(([, each]) => each === schema)?.[0]
      if (!own) return clean(raw, [], rename) as JsonSchema
      const { $defs: inner, ...shape } = raw
      if (!(inner as JsonSchema | undefined)?.[own]) add(own, shape)
      return { $ref: refTo(rename(own)) }
    },
  }
}
