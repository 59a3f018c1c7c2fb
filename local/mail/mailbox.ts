import { join } from 'node:path'
import * as z from 'zod'
import { openJournal } from '../queue/journal.ts'

/** A mail as the inbox shows it and `GET /messages` gives it. */
const Mail = z.object({
  id: z.string(),
  /** Comma-separated where there are several. */
  to: z.string(),
  from: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  /** ISO 8601. */
  date: z.string(),
  cc: z.string().optional(),
  bcc: z.string().optional(),
  replyTo: z.string().optional(),
})
export type Mail = z.output<typeof Mail>

export interface Mailbox {
  add(mail: Mail): void
  /** Newest first. */
  all(): Mail[]
  find(id: string): Mail | undefined
  clear(): void
  close(): void
}

const MOST_MAILS = 1_000

/** The last thousand mails, kept in `dataDir`. */
export function openMailbox(dataDir: string): Mailbox {
  const mails = new Map<string, Mail>()
  const keep = (mail: Mail) => {
    mails.set(mail.id, mail)
    const [oldest = ''] = mails.keys()
    if (mails.size > MOST_MAILS) mails.delete(oldest)
  }
  const journal = openJournal(join(dataDir, 'mails.jsonl'), Mail, keep)
  return {
    add(mail) {
      keep(mail)
      journal.append(mail)
      if (journal.lines() > 2 * MOST_MAILS) journal.rewrite(mails.values())
    },
    all: () => [...mails.values()].reverse(),
    find: (id) => mails.get(id),
    clear() {
      mails.clear()
      journal.rewrite([])
    },
    close: journal.close,
  }
}
