import * as z from 'zod'

const known = new WeakMap<z.core.$ZodType, z.core.$ZodType>()

/** The same schema, refusing unknown fields at every depth, whatever the contract's author thought of; records stay open. */
export function strictly<S extends z.core.$ZodType>(schema: S): S {
  const made = known.get(schema) ?? rebuilt(schema)
  known.set(schema, made)
  return made as S
}

function rebuilt(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).map(([name, field]) => [name, strictly(field)] as const)
    return schema.clone({ ...schema.def, shape: Object.fromEntries(fields), catchall: schema.def.catchall ?? z.never() })
  }
  if (schema instanceof z.ZodArray) return schema.clone({ ...schema.def, element: strictly(schema.def.element) })
  if (schema instanceof z.ZodUnion) return schema.clone({ ...schema.def, options: schema.def.options.map(strictly) })
  if (schema instanceof z.ZodRecord) return schema.clone({ ...schema.def, valueType: strictly(schema.def.valueType) })
  if (schema instanceof z.ZodPipe) return schema.clone({ ...schema.def, in: strictly(schema.def.in) })
  const { def } = schema as z.ZodOptional
  return 'innerType' in def ? (schema as z.ZodOptional).clone({ ...def, innerType: strictly(def.innerType) }) : schema
}
