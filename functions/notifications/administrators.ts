import { administratorRoles } from '../../shared/access/system-roles.ts'
import { leftWithProvider } from '../../shared/identity/life-cycle.ts'
import type { ReactionCall } from '../../shared/react.ts'
import { collect, eachPage } from '../../shared/store/pages.ts'
import type { Organization } from '../organizations/door.ts'
import { findUsers, type User } from '../users/door.ts'

const MOST_TOLD = 20

/** Whoever could decide: those of the role's list, which trails by about a second. */
export async function administratorsOf({ tenant, now }: ReactionCall, organization: Organization, except: string): Promise<User[]> {
  const holders = administratorRoles.map((roleId) =>
    eachPage(async (cursor: string | undefined) => {
      const { items, nextCursor } = await findUsers(tenant, { limit: MOST_TOLD, cursor, roleId, status: 'active', now })
      return { items, next: nextCursor }
    }),
  )
  const lists = await Promise.all(holders.map((pages) => collect(pages, MOST_TOLD)))
  const present = lists.flat().filter((user) => !leftWithProvider(organization, user))
  const found = new Map(present.map((user) => [user.id, user]))
  found.delete(except)
  return [...found.values()].slice(0, MOST_TOLD)
}
