const LONGEST = 63
const SUFFIX = 5

/** A short name for the address bar made from a name: `Kākā & Sons Ltd.` becomes `kaka-sons-ltd`. */
export function slugOf(name: string, suffix: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const words = ascii
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, LONGEST)
    .replace(/-$/, '')
  return words.length >= 3 ? words : withSuffix(words || 'org', suffix)
}

/** The same, made different from those of others. */
export const withSuffix = (slug: string, suffix: string) =>
  `${slug.slice(0, LONGEST - SUFFIX - 1).replace(/-$/, '')}-${suffix.toLowerCase().slice(-SUFFIX)}`
