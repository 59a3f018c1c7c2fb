import type { Page } from '../../shared/endpoint.ts'
import { firstIdAt } from '../../shared/store/audit-keys.ts'
import { type Key, tenantPartition } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { put, putNew, type Write } from '../../shared/store/writes.ts'
import { asRead, expiryOf, type Notification, RETENTION_DAYS } from './notification.ts'

/** `T#INBOX#<usr>` / `<ntf>`: apart from the user, so that whoever marks a message as read can change no person. */
export const inboxOf = (userId: string) => `INBOX#${userId}`
const keyOf = (tenant: string, userId: string, id: string): Key => ({ pk: tenantPartition(tenant, inboxOf(userId)), sk: id })
/** Sorts before every notification. */
const allReadKey = (tenant: string, userId: string) => keyOf(tenant, userId, 'ALL_READ')

const oldestAt = (now: string) => new Date(Date.parse(now) - RETENTION_DAYS * 86_400_000).toISOString()

/** Lays it into the inbox, once. */
export const deliver = (tenant: string, userId: string, notification: Notification): Write =>
  putNew(keyOf(tenant, userId, notification.id), { ...notification }, 'CONFLICT', expiryOf(notification.createdAt))

/** The first time counts; one that is not there, or is past its time, is `NOT_FOUND`. */
export const markRead =
  (tenant: string, userId: string, id: string, now: string): Write =>
  ({ tableName }) => [
    {
      item: {
        Update: {
          TableName: tableName,
          Key: keyOf(tenant, userId, id),
          UpdateExpression: 'SET readAt = if_not_exists(readAt, :now)',
          ConditionExpression: 'attribute_exists(pk) AND createdAt > :oldest',
          ExpressionAttributeValues: { ':now': now, ':oldest': oldestAt(now) },
        },
      },
      conflict: 'NOT_FOUND',
    },
  ]

/** One write, however many there are: a mark that reading compares with. */
export const markAllRead = (tenant: string, userId: string, now: string): Write => put(allReadKey(tenant, userId), { at: now })

export interface InboxQuery {
  userId: string
  unread?: boolean | undefined
  limit: number
  cursor?: string | undefined
  now: string
}

/** A page of somebody's inbox, newest first: list and mark in one wave. */
export async function inboxPage(tenant: Tenant, { userId, unread, limit, cursor, now }: InboxQuery): Promise<Page<Notification>> {
  const matches = unread === undefined ? undefined : (each: Notification) => (each.readAt === undefined) === unread
  const [page, [mark]] = await Promise.all([
    tenant.list<Notification>({
      partitions: [inboxOf(userId)],
      order: 'descending',
      limit,
      cursor,
      from: firstIdAt('ntf', Date.parse(oldestAt(now))),
      // Before the mark is known, only "unread" can be told from the notification alone.
      ...(unread ? { keep: matches as (each: Notification) => boolean } : {}),
    }),
    tenant.read<{ at: string }>(allReadKey(tenant.id, userId)),
  ])
  const seen = page.items.map((each) => asRead(each, mark?.at))
  const items = matches ? seen.filter(matches) : seen
  // Newest first: once one is older than the mark, so is everything behind it.
  const isDone = unread === true && items.length < seen.length
  return { items, nextCursor: isDone ? null : page.nextCursor }
}
