import { listen, shut } from '../listen.ts'
import type { AwsService, Clock, Deployment, Log } from '../types.ts'
import { createInbox } from './inbox.ts'
import { type Mailbox, openMailbox } from './mailbox.ts'
import { createSes } from './ses.ts'

export interface LocalMail {
  /** `ses`. */
  service: AwsService
  mailbox: Mailbox
  /** Where the inbox answers. */
  port: number
  close(): Promise<void>
}

/** Starts SES and the inbox that shows what it sent. Port 0 takes a free one. */
export async function startMail(options: {
  deployment: Deployment
  port: number
  dataDir: string
  log: Log
  now?: Clock
}): Promise<LocalMail> {
  const mailbox = openMailbox(options.dataDir)
  const server = createInbox(mailbox)
  const port = await listen(server, options.port)
  return {
    mailbox,
    service: createSes({ deployment: options.deployment, mailbox, log: options.log, now: options.now ?? Date.now }),
    port,
    async close() {
      await shut(server)
      mailbox.close()
    },
  }
}
