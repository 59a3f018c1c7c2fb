import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Clock } from '../types.ts'
import { openJournal } from './journal.ts'
import { whenVisible } from './when-visible.ts'

const MessageAttribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  /** Base64, as the JSON protocol carries it. */
  BinaryValue: z.string().optional(),
})
export type MessageAttribute = z.output<typeof MessageAttribute>

/** A message as it is kept; times in epoch milliseconds. */
const Message = z.object({
  id: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), MessageAttribute),
  senderId: z.string(),
  sentAt: z.number(),
  /** Not visible before this time. */
  visibleAt: z.number(),
  receiveCount: z.number(),
  firstReceivedAt: z.number().optional(),
  /** ARN of the queue it was moved here from. */
  movedFrom: z.string().optional(),
})
export type Message = z.output<typeof Message>

export interface NewMessage {
  body: string
  attributes?: Record<string, MessageAttribute>
  senderId?: string
  delaySeconds?: number
}

export interface QueueSettings {
  name: string
  arn: string
  url: string
  visibilityTimeoutSeconds: number
  delaySeconds: number
  waitSeconds: number
  retentionSeconds: number
  maximumMessageBytes: number
  redrive?: { deadLetterArn: string; maxReceiveCount: number }
}

const Entry = z.union([
  z.object({ put: Message }),
  z.object({ received: z.string(), at: z.number() }),
  z.object({ gone: z.string() }),
  z.object({ purged: z.literal(true) }),
])
type Entry = z.output<typeof Entry>

export interface Queue {
  settings: QueueSettings
  send(message: NewMessage): Message
  /** Takes over a message of another queue as it is, with its id and time of sending. */
  adopt(message: Message, movedFrom?: string): void
  /** Up to `max` visible messages, oldest first, hidden from now on. Those received too often already go to `bury` instead. */
  receive(max: number, visibilitySeconds?: number): Message[]
  find(id: string): Message | undefined
  inFlight(id: string): boolean
  hide(id: string, seconds: number): void
  remove(id: string): void
  purge(): void
  all(): Message[]
  counts(): { visible: number; inFlight: number; delayed: number }
  /** Resolves when a message may be visible: at once, after a send, when one's time comes, or after `seconds`. */
  visible(seconds: number, signal?: AbortSignal): Promise<void>
  close(): void
}

/** A standard queue: at least once, oldest first as far as visibility allows, kept in `file`. */
export function openQueue(options: {
  settings: QueueSettings
  file: string
  now: Clock
  /** Takes a message that was received too often; called before it leaves this queue. */
  bury: (message: Message) => void
}): Queue {
  const { settings, now } = options
  const messages = new Map<string, Message>()
  const journal = openJournal(options.file, Entry, (entry) => replay(messages, entry))
  // Whoever held a message died with the stack, so none is in flight any more.
  for (const message of messages.values()) if (message.receiveCount > 0) message.visibleAt = Math.min(message.visibleAt, now())
  journal.rewrite([...messages.values()].map((put) => ({ put })))
  const waiting = new Set<() => void>()

  const wake = () => {
    for (const resolve of [...waiting]) resolve()
  }
  const put = (message: Message) => {
    messages.set(message.id, message)
    journal.append({ put: message })
    wake()
  }
  const remove = (id: string) => {
    if (!messages.delete(id)) return
    journal.append({ gone: id })
    if (journal.lines() > 10_000 && journal.lines() > 10 * messages.size) journal.rewrite([...messages.values()].map((put) => ({ put })))
  }
  const expired = (message: Message) => message.sentAt + settings.retentionSeconds * 1000 <= now()
  const worn = (message: Message) => settings.redrive !== undefined && message.receiveCount >= settings.redrive.maxReceiveCount
  const take = (message: Message, visibilitySeconds: number) => {
    message.receiveCount += 1
    message.firstReceivedAt ??= now()
    message.visibleAt = now() + visibilitySeconds * 1000
    journal.append({ received: message.id, at: now() })
    return { ...message }
  }

  return {
    settings,
    send(message) {
      const sentAt = now()
      const sent: Message = {
        id: randomUUID(),
        body: message.body,
        attributes: message.attributes ?? {},
        senderId: message.senderId ?? 'local',
        sentAt,
        visibleAt: sentAt + (message.delaySeconds ?? settings.delaySeconds) * 1000,
        receiveCount: 0,
      }
      put(sent)
      return sent
    },
    adopt(message, movedFrom) {
      const { movedFrom: _, firstReceivedAt: __, ...kept } = message
      put({ ...kept, receiveCount: 0, visibleAt: now(), ...(movedFrom === undefined ? {} : { movedFrom }) })
    },
    receive(max, visibilitySeconds = settings.visibilityTimeoutSeconds) {
      const taken: Message[] = []
      for (const message of messages.values()) {
        if (taken.length === max) break
        if (expired(message)) remove(message.id)
        else if (message.visibleAt > now()) continue
        else if (worn(message)) {
          options.bury(message)
          remove(message.id)
        } else taken.push(take(message, visibilitySeconds))
      }
      return taken
    },
    find: (id) => messages.get(id),
    inFlight: (id) => (messages.get(id)?.visibleAt ?? 0) > now(),
    hide(id, seconds) {
      const message = messages.get(id)
      if (!message) return
      message.visibleAt = now() + seconds * 1000
      wake()
    },
    remove,
    purge() {
      messages.clear()
      journal.rewrite([])
    },
    all: () => [...messages.values()],
    counts() {
      const hidden = [...messages.values()].filter((message) => message.visibleAt > now())
      const inFlight = hidden.filter((message) => message.receiveCount > 0).length
      return { visible: messages.size - hidden.length, inFlight, delayed: hidden.length - inFlight }
    },
    visible: (seconds, signal) => whenVisible({ messages, waiting, now, seconds, ...(signal ? { signal } : {}) }),
    close() {
      wake()
      journal.close()
    },
  }
}

function replay(messages: Map<string, Message>, entry: Entry): void {
  if ('put' in entry) messages.set(entry.put.id, entry.put)
  else if ('gone' in entry) messages.delete(entry.gone)
  else if ('received' in entry) {
    const message = messages.get(entry.received)
    if (!message) return
    message.receiveCount += 1
    message.firstReceivedAt ??= entry.at
  } else messages.clear()
}
