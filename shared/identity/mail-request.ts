import * as z from 'zod'
import { eventType } from '../event.ts'
import { signal, type Write } from '../store/writes.ts'

/** A signal, at most one a minute and person; its answer is a mail with a code to the next address, and a notice to the present one. */
export const mailChangeRequested = eventType('auth.email.change_requested', {
  summary: 'A person, or the organization that manages them, asked for another mail address, which is still to be proven.',
  data: z.object({ userId: z.string(), email: z.string(), by: z.enum(['person', 'organization']) }),
})

export interface Asked {
  personId: string
  /** What the person is called where this is told. */
  name: string
  email: string
  by: 'person' | 'organization'
  now: string
}

/** Asks for another address: nothing changes until it is proven. `CONFLICT` where one was asked for within the minute. */
export const askForMail = ({ personId, name, email, by, now }: Asked): Write =>
  signal({
    event: mailChangeRequested,
    aggregate: { type: 'user', id: personId, name },
    data: { userId: personId, email, by },
    fold: `${personId}#mail#${now.slice(0, 16)}`,
  })
