import { type Language, languageOf } from '../../shared/language.ts'
import { asWords, compose, type Mail, moment, oneLine } from '../../shared/mail/letter.ts'
import { greeting } from './messages.ts'

/** Whom a mail addresses. Names are people's own words, so no mail trusts them. */
export interface Recipient {
  /** Their `locale`, which the mail is written for. */
  locale: string | undefined
  /** The organization that it comes from. */
  organization: string
  /** Unknown of whoever reads mail at an address that is not proven. */
  firstName?: string | undefined
}

interface Parts {
  subject: string
  paragraphs: string[]
  /** On the button that leads to the link. */
  action?: string
  footnote: string
}

/** A text in every language. */
export type Text<P, T> = Record<Language, (parameters: P) => T>

interface Extra {
  code?: string
  url?: string
}

/** What texts take of a recipient: the name, and how moments are written. */
export function addressed(to: Recipient) {
  const language = languageOf(to.locale)
  return { language, organization: asWords(to.organization), at: (timestamp: string) => moment(timestamp, language) }
}

/** Where a request came from; an address is a stranger's words. */
export const fromAddress = (ipAddress: string | undefined) => ({ hasAddress: yes(ipAddress), ipAddress: oneLine(ipAddress ?? '') })

/** A condition as the texts ask for it. */
export const yes = (condition: unknown): 'yes' | 'other' => (condition ? 'yes' : 'other')

/** The mail that a text makes for somebody. Its parameters are safe to stand in a mail already (`asWords`, `oneLine`, `moment`). */
export function write<P>(to: Recipient, text: Text<P, Parts>, parameters: P, { code, url }: Extra = {}): Mail {
  const language = languageOf(to.locale)
  const { action, ...parts } = text[language](parameters)
  const { named, unnamed } = greeting[language]({ firstName: asWords(to.firstName ?? '') })
  return compose({
    ...parts,
    language,
    organization: asWords(to.organization),
    greeting: to.firstName ? named : unnamed,
    ...(code ? { code } : {}),
    ...(action && url ? { action: { label: action, url } } : {}),
  })
}
