import { setTimeout as sleep } from 'node:timers/promises'

/** Something is held by another process, which may be about to end. */
export class Occupied extends Error {}

/** Does the work, again and again while something is occupied; throws the last refusal when the time is over. */
export async function patiently<T>(patienceMs: number, work: () => T | Promise<T>): Promise<T> {
  const until = Date.now() + patienceMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Occupied) || Date.now() >= until) throw error
      await sleep(100)
    }
  }
}
