import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '../functions/catalogue.ts'
import { type Endpoint, isPublic, isSelfCare, methodOf } from '../shared/endpoint.ts'

/** What one call costs in a warm function: `costs.json` states it, a journey measures it. */
export interface Cost {
  /** Trips to the table and to Cognito; commands in flight together are one. */
  waves: number
  /** Calls for credentials; more than none only where the call opens a tenant that this function has not met before. */
  sts: number
  /** Read and write request units. */
  rru: number
  wru: number
  /** Index entries among what is written, at two units each. */
  indexEntries?: number
  /** How many aggregates a write makes or changes, where more than one. */
  aggregates?: number
  /** What else was measured: the state that the numbers hold for. */
  note?: string
  /** Why it takes more trips than its kind is promised. */
  why?: string
}

export const costs = JSON.parse(readFileSync(join(import.meta.dirname, 'costs.json'), 'utf8')) as Record<string, Cost>

/** A row of its own for a call with an Idempotency-Key: `createUser+key`. */
export const KEYED = '+key'

export type Kind = 'page or probe' | 'sign-in' | 'read' | 'list' | 'write'

/** What the promise depends on: the five kinds of endpoint. */
export function kindOf(contract: Endpoint): Kind {
  if (contract.raw) return 'page or probe'
  if (isPublic(contract) || (isSelfCare(contract) && methodOf(contract) !== 'GET')) return 'sign-in'
  if (contract.list) return 'list'
  return methodOf(contract) === 'GET' ? 'read' : 'write'
}

/** Trips promised of each kind; sign-in flows, probes and exceptions are stated one by one. */
export const PROMISED: Partial<Record<Kind, number>> = { read: 1, list: 2, write: 2 }

export interface Row {
  name: string
  route: string
  kind: Kind
  cost: Cost
}

/** Every endpoint with its cost, in the order of the catalogue. Throws for one that has none. */
export function rows(): Row[] {
  return catalogue.flatMap(({ name, contract }) =>
    [name, ...(costs[name + KEYED] ? [name + KEYED] : [])].map((key) => {
      const cost = costs[key]
      if (!cost) throw new Error(`bench/costs.json has no row for ${name}.`)
      return { name: key, route: contract.route, kind: kindOf(contract), cost }
    }),
  )
}
