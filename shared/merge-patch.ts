const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const result = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue
    if (value === null) result.delete(name)
    else result.set(name, merged(result.get(name), value))
  }
  return Object.fromEntries(result)
}

/** JSON Merge Patch (RFC 7396): objects merge, `null` removes, everything else replaces. Neither argument is changed. */
export const mergePatch = <T extends object>(target: T, patch: object): T => merged(target, patch) as T
