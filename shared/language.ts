/** The languages that every text of the product exists in; the first is what everybody reads who asked for none of them. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** What stands before a tag's first hyphen decides (RFC 4647, basic filtering). */
function supported(tag: string): Language | undefined {
  const primary = tag.split('-')[0]?.trim().toLowerCase()
  return LANGUAGES.find((language) => language === primary)
}

/** The language for an IETF BCP 47 tag. */
export const languageOf = (tag = ''): Language => supported(tag) ?? LANGUAGES[0]

/** The language that a request likes best (`Accept-Language`, RFC 9110 section 12.5.4); nothing where it names none that there is. */
export function acceptedLanguage(header = ''): Language | undefined {
  const ranges = header.split(',').map((range) => {
    const [tag = '', ...parameters] = range.split(';')
    const weight = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/i.exec(parameter)?.[1]).find(Boolean)
    return { language: supported(tag), weight: Number(weight ?? 1) }
  })
  return ranges.sort((a, b) => b.weight - a.weight).find(({ language, weight }) => language && weight > 0)?.language
}
