import { randomBytes } from 'node:crypto'
import type { Clock } from '../types.ts'

/** Opaque, expiring references to something kept here: nothing in them can be read, and none can be made up. */
export interface Tickets<T> {
  issue(value: T, seconds: number): string
  /** The value while the ticket is good; the ticket stays usable. */
  look(ticket: string): T | undefined
  /** The value once; afterwards the ticket is worth nothing. */
  take(ticket: string): T | undefined
}

export function createTickets<T>(now: Clock): Tickets<T> {
  const held = new Map<string, { value: T; expiresAt: number }>()
  const look = (ticket: string) => {
    const entry = held.get(ticket)
    return entry && now() < entry.expiresAt ? entry.value : undefined
  }
  return {
    look,
    issue: (value, seconds) => {
      for (const [ticket, { expiresAt }] of held) if (expiresAt <= now()) held.delete(ticket)
      const ticket = randomBytes(48).toString('base64url')
      held.set(ticket, { value, expiresAt: now() + seconds * 1000 })
      return ticket
    },
    take: (ticket) => {
      const value = look(ticket)
      held.delete(ticket)
      return value
    },
  }
}
