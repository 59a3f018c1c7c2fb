import { entity } from '../store/entity.ts'
import { sessionKey, sessionsPartition } from '../store/keys.ts'
import { readAll } from '../store/pages.ts'
import type { Table } from '../store/table.ts'
import { save, strip, type Write } from '../store/writes.ts'
import { revoke, type Session } from './session.ts'

/** Sessions lie with the person, their events with the organization they were begun in. */
export const sessions = entity<Session>({
  name: 'SESSION',
  key: ({ id, personId }) => sessionKey(personId ?? '', id),
  label: ({ device }) => device,
  // Whoever ends sessions may write these attributes and no whole item.
  partial: true,
  expires: ({ expiresAt }) => Math.floor(Date.parse(expiresAt) / 1000),
})

/** As many as one transaction ends: each takes two parts of it. */
export const SESSIONS_A_TRANSACTION = 40

/** A person's sessions, ended ones too until they are cleaned away. */
export const sessionsOf = async (table: Pick<Table, 'query'>, personId: string): Promise<Session[]> =>
  (await readAll(table, sessionsPartition(personId))).map((item) => strip<Session>(item))

/** Ends sessions begun in the organization whose transaction this joins: two parts each, so at most 45 at once. */
export const endSessions = (ending: readonly Session[], reason: string, at: string): Write[] =>
  ending.map((session) => save(sessions, revoke(session, reason, at)))
