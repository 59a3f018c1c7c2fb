import * as z from 'zod'
import { systemRole } from '../../shared/access/system-roles.ts'
import { type Language, languageOf } from '../../shared/language.ts'
import { moment } from '../../shared/mail/letter.ts'
import { type Text, yes } from './letters.ts'
import * as messages from './messages.ts'
import type { Notification } from './notification.ts'
import type { Refusable } from './preferences.ts'

/** What a message says. */
export interface Words {
  title: string
  body: string
}

/** A kind of message: what is stored of it, and its words in a language. */
interface Kind {
  parameters: z.ZodObject
  words(parameters: unknown, language: Language): Words
}

/** A kind whose stored parameters a text takes as they are, or as `taken` prepares them. */
const kind = <S extends z.ZodObject, P>(
  parameters: S,
  text: Text<P, Words>,
  taken: (stored: z.output<S>, language: Language) => P,
): Kind => ({ parameters, words: (stored, language) => text[language](taken(stored as z.output<S>, language)) })

const Actor = z.object({ actor: z.string().optional() })
const Member = z.object({ member: z.string() })

const actorOf = ({ actor }: z.output<typeof Actor>) => ({ hasActor: yes(actor), actor: actor ?? '' })

const named = (roleIds: string[], language: Language) => {
  const names: Record<string, string> = messages.roles[language]()
  return roleIds.map((id) => (Object.hasOwn(names, id) ? names[id] : (systemRole(id)?.displayName ?? id))).join(', ')
}

function changeOf(added: string[], removed: string[]): 'both' | 'gave' | 'took' | 'other' {
  if (added.length > 0) return removed.length > 0 ? 'both' : 'gave'
  return removed.length > 0 ? 'took' : 'other'
}

const unitGiven = kind(Actor.extend({ unit: z.string() }), messages.inboxUnitGiven, ({ unit, ...by }) => ({ ...actorOf(by), unit }))

const Asked = z.object({ permission: z.string() })

const recovery = kind(Member, messages.inboxRecovery, (stored) => stored)

type Judged = 'access_request.created' | 'user.reapproval_required' | 'auth.mfa.recovery_requested' | 'user.credentials_changed'

/** Every kind of message. One that may be refused and is not here does not compile. */
export const KINDS: Record<Refusable | Judged, Kind> = {
  'user.roles_changed': kind(
    Actor.extend({ added: z.array(z.string()), removed: z.array(z.string()) }),
    messages.inboxRolesChanged,
    ({ added, removed, ...by }, language) => ({
      ...actorOf(by),
      added: named(added, language),
      removed: named(removed, language),
      change: changeOf(added, removed),
    }),
  ),
  'user.unlocked': kind(Actor, messages.inboxUnlocked, actorOf),
  'user.joined': kind(z.object({ name: z.string() }), messages.inboxJoined, (stored) => stored),
  'auth.device.appeared': kind(z.object({ device: z.string() }), messages.inboxNewDevice, (stored) => stored),
  'group.member_added': kind(Actor.extend({ group: z.string() }), messages.inboxPutIntoGroup, ({ group, ...by }) => ({
    ...actorOf(by),
    group,
  })),
  'unit.created': unitGiven,
  'unit.owner_changed': unitGiven,
  'access_request.approved': kind(
    Actor.extend(Asked.shape).extend({ expiresAt: z.string() }),
    messages.inboxAccessApproved,
    ({ permission, expiresAt, ...by }, language) => ({ ...actorOf(by), permission, until: moment(expiresAt, language) }),
  ),
  'access_request.refused': kind(
    Actor.extend(Asked.shape).extend({ reason: z.string() }),
    messages.inboxAccessRefused,
    ({ permission, reason, ...by }) => ({ ...actorOf(by), permission, reason }),
  ),
  'access_request.expired': kind(Asked, messages.inboxAccessUndecided, (stored) => stored),
  'access_request.created': kind(
    Asked.extend({ member: z.string(), reason: z.string() }),
    messages.inboxAccessRequested,
    (stored) => stored,
  ),
  'user.reapproval_required': kind(Member, messages.inboxReapproval, (stored) => stored),
  'auth.mfa.recovery_requested': recovery,
  // Elsewhere the recovery was asked for; this organization hears of it by this event.
  'user.credentials_changed': recovery,
}

const isKind = (type: string): type is keyof typeof KINDS => Object.hasOwn(KINDS, type)

/** The words of a message for whoever reads with this locale. A kind that is not known, or stored in another form, is told as nothing else. */
export function wordsOf(message: Pick<Notification, 'type' | 'parameters'>, locale: string | undefined): Words {
  const language = languageOf(locale)
  const known = isKind(message.type) ? KINDS[message.type] : undefined
  const parameters = known?.parameters.safeParse(message.parameters ?? {})
  if (known && parameters?.success) return known.words(parameters.data, language)
  return messages.inboxUnknown[language]({ type: message.type })
}

/** A notification as it is shown. Those stored with their words keep them. */
export const toView = ({ parameters, title, body, ...rest }: Notification, locale: string | undefined) => ({
  ...rest,
  ...(title === undefined ? wordsOf({ type: rest.type, ...(parameters ? { parameters } : {}) }, locale) : { title, body: body ?? '' }),
})
