import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { begin, refreshed, revoke, type Session, steppedUp, withMfa } from '../../shared/identity/session.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import { fold } from '../../shared/store/changes.ts'
import type { Change } from '../../shared/store/entity.ts'
import { save } from '../../shared/store/writes.ts'
import { type Bench, openWorkbench, type Person } from '../../test/workbench.ts'

let bench: Bench
let ada: Person
beforeAll(async () => {
  bench = await openWorkbench()
  ada = await bench.founder()
})
afterAll(() => bench?.close())

type Command = (session: Session, at: string) => Change<Session>

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constant<Command>(refreshed),
  fc.boolean().map(
    (mfa): Command =>
      (session, at) =>
        withMfa(session, mfa, at),
  ),
  fc.constantFrom<'password' | 'code'>('password', 'code').map(
    (by): Command =>
      (session, at) =>
        steppedUp(session, by, at),
  ),
  fc.constantFrom('logout', 'admin', 'refresh_token_reused').map(
    (reason): Command =>
      (session, at) =>
        revoke(session, reason, at),
  ),
)

const hourAfter = (start: number, hours: number) => new Date(start + hours * 3_600_000).toISOString()

test('folding the stored events of a session gives its stored item, whatever happened to it', async () => {
  const beginning = fc.record({ mfa: fc.boolean(), device: fc.string({ maxLength: 40 }), hosted: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(beginning, fc.array(command, { maxLength: 6 }), async ({ hosted, ...given }, commands) => {
      const start = Date.now()
      const tenant = bench.tenant(ada.organizationId)
      const ids = { id: randomUUID(), organizationId: ada.organizationId, personId: ada.userId }
      const client = { ipAddress: '192.0.2.1', userAgent: 'jest', method: hosted ? 'hosted' : 'password' }
      const authTime = hosted ? { authTime: Math.floor(start / 1000) } : {}
      let change = begin({ ...ids, ...client, ...given, ...authTime, epoch: 1, at: hourAfter(start, 0), expiresAt: hourAfter(start, 168) })
      await tenant.commit(save(sessions, change))
      for (const [n, run] of commands.entries()) {
        change = run(change.after, hourAfter(start, n + 1))
        await tenant.commit(save(sessions, change))
      }
      const [stored] = await tenant.read<Session>(sessions.keyOf(change.after))
      expect(fold(await tenant.events(sessions, ids.id))).toEqual(stored)
    }),
    { numRuns: 25 },
  )
})
