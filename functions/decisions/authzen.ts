import { isIP } from 'node:net'
import type * as z from 'zod'
import type { Attribute, Resource } from '../../shared/access/model.ts'
import type { Answer } from './answers.ts'
import type { AuthzenDecision, AuthzenRequest } from './contract.ts'
import type { Inquiry } from './facts.ts'
import { kindOf } from './kinds.ts'

/** The words of OpenID AuthZEN 1.0, as questions of ours and back. */

type Request = z.output<typeof AuthzenRequest>
type Decision = z.input<typeof AuthzenDecision>
type Properties = Readonly<Record<string, unknown>>

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)

/** What conditions can ask about; objects and nulls they cannot. */
const attributesOf = (properties: Properties = {}): Record<string, Attribute> =>
  Object.fromEntries(
    Object.entries(properties).filter(([, value]) => isScalar(value) || (Array.isArray(value) && value.every(isScalar))),
  ) as Record<string, Attribute>

const text = (value: unknown) => (typeof value === 'string' ? value : undefined)

export function resourceOf({ type, id, properties = {} }: Request['resource']): Resource {
  const [unitId, ownerId] = [text(properties.unitId), text(properties.ownerId)]
  return { type, id, ...(unitId ? { unitId } : {}), ...(ownerId ? { ownerId } : {}), attributes: attributesOf(properties) }
}

/** A time of RFC 3339 in any zone, as ours are written. */
const momentOf = (time: unknown) => {
  const at = Date.parse(text(time) ?? '')
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

export function contextOf({ ip, time, service, mfa }: Properties = {}): Inquiry['context'] {
  const address = text(ip)
  return {
    ip: address && isIP(address) ? address : undefined,
    time: momentOf(time),
    service: text(service),
    mfa: typeof mfa === 'boolean' ? mfa : undefined,
  }
}

/** `read` on a `user` is `users:read`, on a type of the caller's own, `document`, it is `document:read`. */
export function permissionOf(name: string, type: string): string {
  if (name.includes(':')) return name
  return `${kindOf(type)?.seeing.split(':', 1)[0] ?? type}:${name}`
}

/** Subjects of ours, by how their ids begin; of other types there is nobody. */
const SUBJECTS: Readonly<Record<string, string>> = { user: 'usr_', api_key: 'key_' }
export const NOBODY = ''

const idOf = ({ type, id }: Request['subject']) => (Object.hasOwn(SUBJECTS, type) && id.startsWith(SUBJECTS[type] as string) ? id : NOBODY)

/** Who is asked about, and what is said of them. */
export const subjectOf = (subject: Request['subject']) => ({ userId: idOf(subject), attributes: attributesOf(subject.properties) })

export const inquiryOf = ({ subject, action, resource, context }: Request): Inquiry => ({
  ...subjectOf(subject),
  permission: permissionOf(action.name, resource.type),
  resource: resourceOf(resource),
  context: contextOf(context),
})

export function toDecision({ allowed, question, barredBy }: Answer): Decision {
  if (allowed) return { decision: true }
  if (!question)
    return {
      decision: false,
      context: { error: { status: 404, message: 'There is no such subject or action, or you may not ask about it.' } },
    }
  const reason = barredBy
    ? `Nothing is allowed to this subject now: ${barredBy.reason}.`
    : `It takes the permission ${question.permission}.`
  return { decision: false, context: { reason } }
}
