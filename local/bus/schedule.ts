/** When a schedule is due next after a moment; both in epoch milliseconds. `undefined`: never again. */
export type Schedule = (after: number) => number | undefined

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const UNITS: Record<string, number> = { minute: MINUTE, hour: 60 * MINUTE, day: DAY }
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** Reads `rate(5 minutes)` or `cron(0 3 * * ? *)`, the latter in UTC. Throws where EventBridge would refuse the rule. */
export function parseSchedule(expression: string): Schedule {
  const [, kind, content = ''] = /^(rate|cron)\((.*)\)$/.exec(expression.trim()) ?? []
  if (kind === 'rate') return rate(content)
  if (kind === 'cron') return cron(content)
  throw invalid(expression)
}

function rate(content: string): Schedule {
  const [, count = '', unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(content) ?? []
  const period = Number(count) * (UNITS[unit] ?? Number.NaN)
  if (Number.isNaN(period) || (count === '1') !== (plural === '')) throw invalid(`rate(${content})`)
  return (after) => after + period
}

function cron(content: string): Schedule {
  const parts = content.trim().split(/\s+/)
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = parts
  // Exactly one of the two days is `?`: EventBridge refuses both and neither.
  if (parts.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) throw invalid(`cron(${content})`)
  const minutes = numbers(minute, 0, 59)
  const hours = numbers(hour, 0, 23)
  const months = numbers(month, 1, 12, MONTHS)
  const years = numbers(year, 1970, 2199)
  const onDay = dayOfMonth === '?' ? weekdays(dayOfWeek) : monthdays(dayOfMonth)
  return (after) => {
    const from = (Math.floor(after / MINUTE) + 1) * MINUTE
    for (let day = Math.floor(from / DAY) * DAY; new Date(day).getUTCFullYear() <= 2199; day += DAY) {
      const date = new Date(day)
      if (!years.has(date.getUTCFullYear()) || !months.has(date.getUTCMonth() + 1) || !onDay(date)) continue
      const times = [...hours].flatMap((h) => [...minutes].map((m) => day + (h * 60 + m) * MINUTE)).filter((time) => time >= from)
      if (times.length > 0) return Math.min(...times)
    }
    return undefined
  }
}

function monthdays(field: string): (date: Date) => boolean {
  if (field === 'L') return (date) => date.getUTCDate() === daysInMonth(date)
  const nearest = /^(\d+)W$/.exec(field)
  if (nearest) return (date) => date.getUTCDate() === nearestWeekday(date, Number(nearest[1]))
  const days = numbers(field, 1, 31)
  return (date) => days.has(date.getUTCDate())
}

function weekdays(field: string): (date: Date) => boolean {
  const [, name = '', nth] = /^(\w+)#([1-5])$/.exec(field) ?? []
  const [, last = ''] = /^(\w+)L$/.exec(field) ?? []
  const days = numbers(name || last || (field === 'L' ? 'SAT' : field), 1, 7, WEEKDAYS)
  return (date) => {
    if (!days.has(date.getUTCDay() + 1)) return false
    if (nth !== undefined) return Math.ceil(date.getUTCDate() / 7) === Number(nth)
    return last === '' || date.getUTCDate() + 7 > daysInMonth(date)
  }
}

/** The weekday nearest to the day, without leaving the month. */
function nearestWeekday(date: Date, day: number): number {
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay()
  if (weekday === 6) return day > 1 ? day - 1 : day + 2
  if (weekday === 0) return day < daysInMonth(date) ? day + 1 : day - 2
  return day
}

const daysInMonth = (date: Date): number => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()

/** The values of a field: `*`, numbers, names, ranges, steps, and lists of these. */
function numbers(field: string, least: number, most: number, names: string[] = []): Set<number> {
  const values = field.split(',').flatMap((part) => {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? []
    const [from = Number.NaN, to] = range === '*' ? [least, most] : range.split('-', 2).map((value) => numberOf(value, names))
    const until = to ?? (step === undefined ? from : most)
    if (!(from >= least && until <= most && from <= until) || step === '0') throw invalid(field)
    return Array.from({ length: Math.floor((until - from) / Number(step ?? 1)) + 1 }, (_, index) => from + index * Number(step ?? 1))
  })
  return new Set(values)
}

function numberOf(value: string, names: string[]): number {
  const index = names.indexOf(value.toUpperCase())
  if (index >= 0) return index + 1
  return /^\d+$/.test(value) ? Number(value) : Number.NaN
}

const invalid = (expression: string): Error => new Error(`Parameter ScheduleExpression is not valid: ${expression}`)
