import type { Clock } from '../types.ts'
import type { Schedule } from './schedule.ts'

export interface Scheduler {
  /** Fires what is due by the clock; a schedule missed several times (the machine slept) fires once. */
  run(): void
  close(): void
}

/** `setTimeout` keeps no longer than this. */
const LONGEST_WAIT = 2 ** 31 - 1

/** Fires each schedule first after one whole period from now, by a timer that sleeps until the next one is due. */
export function startScheduler<Item>(
  schedules: { schedule: Schedule; item: Item }[],
  fire: (item: Item, time: number) => void,
  now: Clock,
): Scheduler {
  const due = schedules.map((each) => ({ ...each, next: each.schedule(now()) }))
  let timer: NodeJS.Timeout | undefined
  const run = () => {
    for (const each of due) {
      if (each.next === undefined || each.next > now()) continue
      const time = each.next
      each.next = each.schedule(now())
      fire(each.item, time)
    }
    clearTimeout(timer)
    const next = Math.min(...due.map((each) => each.next ?? Number.POSITIVE_INFINITY))
    if (Number.isFinite(next)) timer = setTimeout(run, Math.min(next - now(), LONGEST_WAIT))
    timer?.unref()
  }
  run()
  return { run, close: () => clearTimeout(timer) }
}
