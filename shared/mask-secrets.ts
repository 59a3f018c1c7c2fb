import type { Changes } from './store/changes.ts'

/** A bare `key` is what an application calls its things by. */
const SECRET = /(.key|hash|secret|token|password)$/i
const MASK = '***'

/** What lies within a value, with the secrets among its fields masked. */
function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, SECRET.test(field) ? MASK : within(each)]))
}

/** Whoever may read what happened may still not learn secrets from it: that they changed is told, not what they are. */
export const maskSecrets = (changes: Changes): Changes =>
  Object.fromEntries(
    Object.entries(changes).map(([field, change]) => [
      field,
      Object.fromEntries(Object.entries(change).map(([side, value]) => [side, SECRET.test(field) ? MASK : within(value)])),
    ]),
  )
