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

/** How a person would recognize the device: `Firefox on Windows`; for a program its own name, such as `curl`. */
export function deviceOf(userAgent: string): string {
  const [program, system] = [find(PROGRAMS, userAgent), find(SYSTEMS, userAgent)]
  const own = /^[\w .-]{1,40}/.exec(userAgent)?.[0].trim()
  if (program && system) return `${program} on ${system}`
  return program ?? system ?? (own || 'Unknown device')
}
