import * as z from 'zod'
import { endpoint } from '../../shared/endpoint.ts'
import { Id, orNull, PageQuery, QueryFlag, Timestamp } from '../../shared/schema.ts'

/** A message in a person's inbox of one organization; kept 90 days. */
export const Notification = z.object({
  id: Id('ntf'),
  /** The event it tells of: `user.roles_changed`. */
  type: z.string(),
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
  reads: ['USER'],
})

export const readNotification = endpoint({
  route: 'POST /api/v1/notifications/{id}/read',
  summary: 'Marks one of your notifications as read; the first time counts.',
  self: true,
  params: z.object({ id: Id('ntf') }),
  status: 204,
  writes: ['USER'],
})

export const readAllNotifications = endpoint({
  route: 'POST /api/v1/notifications/read-all',
  summary: 'Marks everything that has reached you so far as read.',
  self: true,
  status: 204,
  writes: ['USER'],
})
