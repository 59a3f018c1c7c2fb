import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { Id, orNull, PageQuery, QueryFlag, Timestamp } from '../../shared/schema.ts'
import { byType } from './preferences.ts'

/** A message in a person's inbox of one organization; kept 90 days. */
export const Notification = z.object({
  id: Id('ntf'),
  /** The event it tells of: `user.roles_changed`. */
  type: z.string(),
  /** In your language (`locale` of your user), as is the body. */
  title: z.string(),
  body: z.string(),
  /** Where to look: a path of this API. */
  link: orNull(z.string()),
  readAt: orNull(Timestamp),
  createdAt: Timestamp,
})

export const listNotifications = endpoint({
  route: 'GET /api/v1/notifications',
  summary: 'Your notifications, newest first.',
  self: true,
  query: z.object({ unread: QueryFlag.optional(), ...PageQuery }),
  reply: Notification,
  list: true,
  reads: ['INBOX'],
})

export const readNotification = endpoint({
  route: 'POST /api/v1/notifications/{id}/read',
  summary: 'Marks one of your notifications as read; the first time counts.',
  self: true,
  params: z.object({ id: Id('ntf') }),
  status: 204,
  writes: ['INBOX'],
})

export const readAllNotifications = endpoint({
  route: 'POST /api/v1/notifications/read-all',
  summary: 'Marks everything that has reached you so far as read.',
  self: true,
  status: 204,
  writes: ['INBOX'],
})

const Chosen = z.strictObject({ inApp: z.boolean().optional(), email: z.boolean().optional() })
const Channels = z.object({ inApp: z.boolean(), email: z.boolean() })

/** By the event that a message tells of: does it reach you in the inbox here, by mail? */
export const NotificationPreferences = z.object(byType(() => Channels))

export const getNotificationPreferences = endpoint({
  route: 'GET /api/v1/notification-preferences',
  summary: 'Which messages of this organization reach you, and how.',
  description:
    'Each organization of yours has its own. What is not listed (codes, invitations, locks, changes of password or second factor) keeps your account safe and is always sent.',
  self: true,
  reply: NotificationPreferences,
  reads: ['PREFERENCES'],
})

export const replaceNotificationPreferences = endpoint({
  route: 'PUT /api/v1/notification-preferences',
  summary: 'Chooses which messages of this organization reach you, and how; what is left out falls back to its default.',
  description: 'Mails that keep your account safe cannot be refused: to name one is a validation error.',
  self: true,
  body: z.object(byType(() => Chosen)).partial(),
  reply: NotificationPreferences,
  writes: ['PREFERENCES', 'SIGNALS'],
})
