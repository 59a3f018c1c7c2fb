import { looksLikeAddress } from '../schema.ts'

/** Looked for in this order: a browser's name also stands in those of its relatives. */
const PROGRAMS: [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux|X11/, 'Linux'],
]

const find = (names: [RegExp, string][], text: string) => names.find(([pattern]) => pattern.test(text))?.[1]

/** What a program calls itself. It stands in mails, so it is repeated only where no mail program makes a link of it. */
function ownName(userAgent: string): string | undefined {
  const name = /^[\w .-]{1,40}/.exec(userAgent)?.[0].trim()
  return name && !looksLikeAddress(name) ? name : undefined
}

/** How a person would recognize the device: `Firefox on Windows`; for a program its own name, such as `curl`. */
export function deviceOf(userAgent: string): string {
  const [program, system] = [find(PROGRAMS, userAgent), find(SYSTEMS, userAgent)]
  if (program && system) return `${program} on ${system}`
  return program ?? system ?? ownName(userAgent) ?? 'Unknown device'
}
