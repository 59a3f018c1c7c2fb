import * as z from 'zod'

type Schema = z.core.$ZodType

/** Made ones; and for one that is being made, a reference, so that a schema may hold itself. */
const known = new WeakMap<Schema, Schema>()

/**
 * The same schema, refusing unknown fields at every depth, whatever the contract's author thought of; records stay open. Reaches through
 * everything that JSON can carry, recursive schemas too.
 */
export function strictly<S extends Schema>(schema: S): S {
  const before = known.get(schema)
  if (before) return before as S
  known.set(
    schema,
    z.lazy(() => known.get(schema) as z.ZodType),
  )
  const made = rebuilt(schema)
  known.set(schema, made)
  return made as S
}

function rebuilt(schema: Schema): Schema {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).map(([name, field]) => [name, strictly(field)] as const)
    return schema.clone({ ...schema.def, shape: Object.fromEntries(fields), catchall: catchallOf(schema) })
  }
  if (schema instanceof z.ZodArray) return schema.clone({ ...schema.def, element: strictly(schema.def.element) })
  if (schema instanceof z.ZodTuple) {
    const { items, rest } = schema.def
    return schema.clone({ ...schema.def, items: items.map(strictly), rest: rest && strictly(rest) })
  }
  if (schema instanceof z.ZodUnion) return schema.clone({ ...schema.def, options: schema.def.options.map(strictly) })
  if (schema instanceof z.ZodIntersection) return intersected(schema)
  if (schema instanceof z.ZodRecord) return schema.clone({ ...schema.def, valueType: strictly(schema.def.valueType) })
  if (schema instanceof z.ZodPipe) return schema.clone({ ...schema.def, in: strictly(schema.def.in) })
  if (schema instanceof z.ZodLazy) return schema.clone({ ...schema.def, getter: () => strictly(schema.def.getter()) })
  const { def } = schema as z.ZodOptional
  return 'innerType' in def ? (schema as z.ZodOptional).clone({ ...def, innerType: strictly(def.innerType) }) : schema
}

const catchallOf = ({ def }: z.ZodObject) => (def.catchall ? strictly(def.catchall) : z.never())

/**
 * Zod refuses of an intersection what both sides refuse, but only at its own level: a field that both state is therefore held against
 * both where each of them states it.
 */
function intersected(schema: z.ZodIntersection): Schema {
  const { left, right } = schema.def
  if (!(left instanceof z.ZodObject && right instanceof z.ZodObject)) {
    return schema.clone({ ...schema.def, left: strictly(left), right: strictly(right) })
  }
  const shared = Object.keys(left.shape).filter((name) => Object.hasOwn(right.shape, name))
  const both = Object.fromEntries(shared.map((name) => [name, z.intersection(left.shape[name] as Schema, right.shape[name] as Schema)]))
  const widened = (side: z.ZodObject) => strictly(side.clone({ ...side.def, shape: { ...side.shape, ...both } }))
  return schema.clone({ ...schema.def, left: widened(left), right: widened(right) })
}
