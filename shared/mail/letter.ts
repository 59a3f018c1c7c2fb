import type { Language } from '../language.ts'
import { type Letter, page } from './layout.ts'

export interface Mail {
  subject: string
  text: string
  html: string
}

const LONGEST_NAME = 100

/** Names come from people: on one line, and no longer than a name is. */
export const oneLine = (name: string) => {
  const line = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME - 1)}…` : line
}

/** What a mail program would make a link of: it is opened by a space, and stays legible. */
const LINKED = /(:)(?=\/\/)|((?:[\p{L}\p{M}\p{N}]|www)[.．。｡])(?=[\p{L}\p{M}\p{N}])/giu
const isNumber = /^[\d.\s]+$/

/** Other people's words in a mail: on one line, and no part of them becomes a link. */
export const asWords = (words: string) => {
  const line = oneLine(words)
  return isNumber.test(line) ? line : line.replace(LINKED, (found) => `${found} `)
}

const DATES: Record<Language, string> = { en: 'en-GB', de: 'de-DE' }

/** `21 November 2026 at 04:30 UTC`, as the language writes it. */
export const moment = (timestamp: string, language: Language) =>
  `${new Intl.DateTimeFormat(DATES[language], { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(timestamp))} UTC`

function plain({ organization, greeting, paragraphs, code, action, footnote }: Letter): string {
  const middle = [...(code ? [`    ${code}`] : []), ...(action ? [`${action.label}:\n${action.url}`] : [])]
  const [first = '', ...others] = paragraphs
  return `${[greeting, first, ...middle, ...others, `-- \n${organization}\n${footnote}`].join('\n\n')}\n`
}

/** The finished mail: the text is complete without the HTML. */
export const compose = (letter: Letter): Mail => ({ subject: oneLine(letter.subject), text: plain(letter), html: page(letter) })
