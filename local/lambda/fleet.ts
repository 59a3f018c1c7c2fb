import type { LambdaFunction } from './functions.ts'
import type { Instance } from './instance.ts'

/** The running instances of all functions: who is free, who waits, and who has to go when too many are warm. */
export interface Fleet {
  /** Runs the work on an instance that nobody else uses meanwhile. */
  use<T>(lambda: LambdaFunction, work: (instance: Instance) => Promise<T>): Promise<T>
  warm(): number
  close(): Promise<void>
}

export interface FleetOptions {
  start(lambda: LambdaFunction): Instance
  /** How many instances may be warm in all; only a function that has none at all, while no other is idle, may exceed it. */
  maxWarm: number
  /** How many instances one function may have, unless its reserved concurrency is lower. */
  maxPerFunction: number
}

interface Slot {
  lambda: LambdaFunction
  instance: Instance
  busy: boolean
}

export function createFleet({ start, maxWarm, maxPerFunction }: FleetOptions): Fleet {
  /** Oldest use first. */
  const slots = new Set<Slot>()
  const waiting = new Map<string, PromiseWithResolvers<Slot>[]>()
  const stopping = new Set<Promise<void>>()

  const slotsOf = (lambda: LambdaFunction) => [...slots].filter((slot) => slot.lambda === lambda)

  function add(lambda: LambdaFunction): Slot {
    const slot: Slot = { lambda, instance: start(lambda), busy: true }
    slots.add(slot)
    slot.instance.ended.then(() => lose(slot))
    return slot
  }

  /** An instance that ended leaves its place to whoever waits for the function. */
  function lose(slot: Slot): void {
    if (!slots.delete(slot)) return
    const next = waiting.get(slot.lambda.name)?.shift()
    if (!next) return
    try {
      next.resolve(add(slot.lambda))
    } catch (error) {
      next.reject(error)
    }
  }

  function evictIdle(): boolean {
    const oldest = [...slots].find(({ busy }) => !busy)
    if (!oldest) return false
    slots.delete(oldest)
    const stopped = oldest.instance.stop().finally(() => stopping.delete(stopped))
    stopping.add(stopped)
    return true
  }

  function take(slot: Slot): Slot {
    slot.busy = true
    slots.delete(slot)
    slots.add(slot)
    return slot
  }

  function acquire(lambda: LambdaFunction): Slot | Promise<Slot> {
    const own = slotsOf(lambda)
    const idle = own.findLast(({ busy }) => !busy)
    if (idle) return take(idle)
    const mayGrow = own.length < Math.min(lambda.reservedConcurrency ?? maxPerFunction, maxPerFunction)
    if (mayGrow && (slots.size < maxWarm || evictIdle() || own.length === 0)) return add(lambda)
    const turn = Promise.withResolvers<Slot>()
    waiting.set(lambda.name, [...(waiting.get(lambda.name) ?? []), turn])
    return turn.promise
  }

  function release(slot: Slot): void {
    if (!slots.has(slot)) return
    const next = waiting.get(slot.lambda.name)?.shift()
    slot.busy = next !== undefined
    if (next) next.resolve(take(slot))
    else if (slots.size > maxWarm) evictIdle()
  }

  return {
    async use(lambda, work) {
      const slot = await acquire(lambda)
      try {
        return await work(slot.instance)
      } finally {
        release(slot)
      }
    },
    warm: () => slots.size,
    async close() {
      for (const turn of [...waiting.values()].flat()) turn.reject(new Error('the functions are being stopped'))
      waiting.clear()
      const all = [...slots].map(({ instance }) => instance.stop())
      slots.clear()
      await Promise.all([...all, ...stopping])
    },
  }
}
