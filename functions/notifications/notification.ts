import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'

/** A message in a person's inbox; no aggregate: it has no versions and tells no events. Its words are made when it is shown (`inbox-text.ts`). */
export interface Notification {
  id: string
  /** The event it tells of, which chooses its text. */
  type: string
  /** What the text takes. */
  parameters?: Record<string, unknown>
  link?: string
  readAt?: string
  createdAt: string
  /** The words themselves, where it was stored before texts had languages. */
  title?: string
  body?: string
}

export const RETENTION_DAYS = 90

export const expiryOf = (createdAt: string) => new Date(Date.parse(createdAt) + RETENTION_DAYS * 86_400_000).toISOString()

export type Message = Pick<Notification, 'parameters' | 'link'>

/** What an event becomes in an inbox. The id is sortable by arrival, and so is the inbox. */
export const tell = (event: Pick<DomainEvent, 'type'>, message: Message, now: string): Notification => ({
  id: newId('ntf', Date.parse(now)),
  type: event.type,
  ...message,
  createdAt: now,
})

/** Everything that had arrived when "read all" was last said counts as read. */
export const asRead = (notification: Notification, allReadAt: string | undefined): Notification =>
  notification.readAt || allReadAt === undefined || notification.createdAt > allReadAt
    ? notification
    : { ...notification, readAt: allReadAt }
