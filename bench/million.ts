import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { costs } from './costs.ts'
import { prices } from './prices.ts'

/** What one reaction took of the table and wrote to the log, all its messages of one call together. */
export interface Share {
  times: number
  rru: number
  wru: number
  logBytes: number
}

/** What a call writes to the log, and what it sets off: `cascades.json` states it, `cascades.test.ts` measures it. */
export interface Cascade {
  logBytes: number
  /** On the bus, those of reactions too. */
  events: number
  reactions: Record<string, Share>
}

export const cascades = JSON.parse(readFileSync(join(import.meta.dirname, 'cascades.json'), 'utf8')) as Record<string, Cascade>

/** Assumed, as long as no deployment has told: a function has 1 GB, and answers after its own work and its trips. */
export const GIGABYTES = 1
export const OWN_MS = 3
export const WAVE_MS = 6
export const REACTION_MS = 20

/** Dollars at most for a million calls and all that they set off. */
export const GOALS = { getUser: 2.2, createUser: 20 }

/** Sent by the bus, taken and deleted by the function: each message alone, as where little happens. */
const QUEUE_REQUESTS = 3

const MILLION = 1_000_000
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

/** Dollars for a million calls and all that they set off, by what is paid for. */
export function million(name: string) {
  const [cost, cascade] = [costs[name], cascades[name]]
  if (!cost || !cascade) throw new Error(`Nothing is measured of ${name}: see bench/costs.json and bench/cascades.json.`)
  const { logBytes, events } = cascade
  const reactions = Object.values(cascade.reactions)
  const messages = sum(reactions.map(({ times }) => times))
  // The relay runs for each event beside the reactions to it.
  const ms = [OWN_MS + WAVE_MS * cost.waves, REACTION_MS * (messages + events)]
  const bytes = logBytes + prices.logLineBytes + sum(reactions.map((each) => each.logBytes))
  const parts = {
    api: prices.apiRequests,
    functions: (1 + messages + events) * prices.invocations + sum(ms) * 1_000 * GIGABYTES * prices.gigabyteSecond,
    table:
      sum([cost.rru, ...reactions.map(({ rru }) => rru)]) * prices.readUnits +
      sum([cost.wru, ...reactions.map(({ wru }) => wru)]) * prices.writeUnits,
    logs: (bytes * MILLION * prices.logGigabyte) / 1e9,
    bus: events * prices.events,
    queues: messages * QUEUE_REQUESTS * prices.queueRequests,
  }
  return { ...parts, total: sum(Object.values(parts)) }
}

/** How many milliseconds a call may take until it costs more than this many dollars a million. */
export const longestMs = (name: string, dollars: number) =>
  OWN_MS + WAVE_MS * (costs[name]?.waves ?? 0) + (dollars - million(name).total) / (1_000 * GIGABYTES * prices.gigabyteSecond)

export type Million = ReturnType<typeof million>
