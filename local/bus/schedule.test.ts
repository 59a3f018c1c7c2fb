import { describe, expect, test } from '@jest/globals'
import { parseSchedule } from './schedule.ts'
import { startScheduler } from './scheduler.ts'
import { manualClock } from './test-stack.ts'

/** Examples of the EventBridge guide, "Setting a schedule pattern for scheduled rules", with the times they mean (UTC). */
const cases: [string, string, string | undefined][] = [
  ['rate(5 minutes)', '2026-01-01T00:00:30Z', '2026-01-01T00:05:30Z'],
  ['rate(1 hour)', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z'],
  ['rate(7 days)', '2026-01-01T00:00:00Z', '2026-01-08T00:00:00Z'],
  ['cron(0 10 * * ? *)', '2026-01-01T10:00:00Z', '2026-01-02T10:00:00Z'],
  ['cron(15 12 * * ? *)', '2026-01-01T10:00:00Z', '2026-01-01T12:15:00Z'],
  ['cron(0 18 ? * MON-FRI *)', '2026-01-02T18:00:00Z', '2026-01-05T18:00:00Z'],
  ['cron(0 8 1 * ? *)', '2026-01-01T09:00:00Z', '2026-02-01T08:00:00Z'],
  ['cron(0/15 * * * ? *)', '2026-01-01T00:14:59Z', '2026-01-01T00:15:00Z'],
  ['cron(0/10 * ? * mon-fri *)', '2026-01-02T23:55:00Z', '2026-01-05T00:00:00Z'],
  ['cron(0/5 8-17 ? * MON-FRI *)', '2026-01-02T17:55:00Z', '2026-01-05T08:00:00Z'],
  ['cron(15 10 ? * 6L 2019-2030)', '2026-01-01T00:00:00Z', '2026-01-30T10:15:00Z'],
  ['cron(0 9 ? * 2#1 *)', '2026-01-01T00:00:00Z', '2026-01-05T09:00:00Z'],
  ['cron(0 9 L * ? *)', '2026-02-01T00:00:00Z', '2026-02-28T09:00:00Z'],
  ['cron(0 9 ? * L *)', '2026-01-01T00:00:00Z', '2026-01-03T09:00:00Z'],
  ['cron(0 9 3W * ? *)', '2026-01-01T00:00:00Z', '2026-01-02T09:00:00Z'],
  ['cron(0 9 1W AUG ? *)', '2026-01-01T00:00:00Z', '2026-08-03T09:00:00Z'],
  ['cron(0 9 4W 1 ? *)', '2026-01-01T00:00:00Z', '2026-01-05T09:00:00Z'],
  ['cron(0 9 31W 5 ? *)', '2026-01-01T00:00:00Z', '2026-05-29T09:00:00Z'],
  ['cron(0 9 15W 1 ? *)', '2026-01-01T00:00:00Z', '2026-01-15T09:00:00Z'],
  ['cron(0 0 29 2 ? *)', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['cron(0 9 1,15 JAN,JUL ? *)', '2026-01-15T09:00:00Z', '2026-07-01T09:00:00Z'],
  ['cron(0 9 1 1 ? 2020)', '2026-01-01T00:00:00Z', undefined],
]

const invalid = [
  'every day',
  'rate(0 minutes)',
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(5 weeks)',
  'cron(0 10 * * *)',
  'cron(0 10 * * * *)',
  'cron(0 10 ? * ? *)',
  'cron(60 10 * * ? *)',
  'cron(0 10 ? * XYZ *)',
  'cron(0/0 10 * * ? *)',
  'cron(5-1 10 * * ? *)',
  'cron(1/2/3 10 * * ? *)',
]

describe('schedules', () => {
  test.each(cases)('%s after %s is due at %s', (expression, after, due) => {
    expect(parseSchedule(expression)(Date.parse(after))).toBe(due === undefined ? undefined : Date.parse(due))
  })
  test.each(invalid)('%s is refused', (expression) => {
    expect(() => parseSchedule(expression)).toThrow('ScheduleExpression is not valid')
  })
})

describe('the scheduler', () => {
  test('a schedule fires first after one whole period, then each period', () => {
    const clock = manualClock()
    const fired: number[] = []
    const scheduler = startScheduler([{ item: 'x', schedule: parseSchedule('rate(5 minutes)') }], (_, time) => fired.push(time), clock.now)
    const start = clock.now()
    for (let minute = 1; minute <= 11; minute++) {
      clock.forward(60_000)
      scheduler.run()
    }
    expect(fired).toEqual([start + 300_000, start + 600_000])
    scheduler.close()
  })

  test('periods slept through fire once, and a schedule without future never', () => {
    const clock = manualClock()
    const fired: string[] = []
    const schedules = ['rate(1 minute)', 'cron(0 0 1 1 ? 2020)'].map((item) => ({ item, schedule: parseSchedule(item) }))
    const scheduler = startScheduler(schedules, (item) => fired.push(item), clock.now)
    clock.forward(3_600_000)
    scheduler.run()
    expect(fired).toEqual(['rate(1 minute)'])
    scheduler.close()
  })
})
