import { newestFirst, viewOf } from '../../shared/identity/session.ts'
import { sessionsOf } from '../../shared/identity/session-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { openCursor, sealCursor } from '../../shared/store/cursor.ts'
import { listSessions } from './contract.ts'

/** They lie sorted by id, which says nothing of time, and are few: they are sorted here. */
export const handler = serve(listSessions, async ({ lookups, organization, principal, session, query, now }) => {
  const binding = { key: organization.cursorKey, tenant: principal.id, list: listSessions.route }
  const all = (await sessionsOf(lookups, principal.id)).sort(newestFirst)
  const after = query.cursor === undefined ? undefined : openCursor<{ id: string; createdAt: string }>(binding, query.cursor)
  const rest = after ? all.filter((each) => newestFirst(each, { ...each, ...after }) > 0) : all
  const page = rest.slice(0, query.limit)
  const last = page.at(-1)
  const nextCursor = last && rest.length > page.length ? sealCursor(binding, { id: last.id, createdAt: last.createdAt }) : null
  return { items: page.map((each) => viewOf(each, now, session.id)), nextCursor }
})
