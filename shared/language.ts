/** The languages that every text of the product exists in; the first is what everybody reads who asked for none of them. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** The language for an IETF BCP 47 tag: what stands before its first hyphen decides (RFC 4647, basic filtering). */
export const languageOf = (tag: string | undefined): Language => {
  const primary = tag?.split('-')[0]?.toLowerCase()
  return LANGUAGES.find((language) => language === primary) ?? LANGUAGES[0]
}
