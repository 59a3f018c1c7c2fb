import { randomBytes } from 'node:crypto'
import { ADMIN_ROLE, SUPER_ADMIN_ROLE } from '../../shared/access/system-roles.ts'
import { isProblem } from '../../shared/errors.ts'
import { putCard, putMembership } from '../../shared/identity/membership-store.ts'
import type { Change } from '../../shared/store/entity.ts'
import { slugKey } from '../../shared/store/keys.ts'
import { putNew, save, type Write } from '../../shared/store/writes.ts'
import { found, type Organization, organizations, SLUG_TAKEN, slugOf, withSuffix } from '../organizations/door.ts'
import { type User, users } from '../users/door.ts'

export interface Wanted {
  name: string
  slug?: string | undefined
  type: Organization['type']
}

export const founderRole = ({ type }: Pick<Wanted, 'type'>) => (type === 'mss_provider' ? SUPER_ADMIN_ROLE : ADMIN_ROLE)

/** An organization with its short name and card, and the user who founds it. */
export function foundedBy(user: Change<User>, { name, type }: Wanted, slug: string): { organization: Organization; writes: Write[] } {
  const { id: foundedBy, organizationId: id, createdAt: at } = user.after
  const founded = found({ id, name, slug, type, foundedBy, cursorKey: randomBytes(32).toString('base64url'), at })
  const writes = [
    putNew(slugKey(slug), { organizationId: id }, SLUG_TAKEN),
    save(organizations, founded),
    save(users, user),
    putMembership(user.after),
    putCard(founded.after),
  ]
  return { organization: founded.after, writes }
}

/** The short name that was wished for, or one made from the name. */
export const slugFor = ({ name, slug }: Wanted, organizationId: string) => slug ?? slugOf(name, organizationId)

/** Tries a short name; one that was made, and not wished for, is made different when somebody has it already. */
export async function underSlug<T>(
  wanted: Wanted,
  organizationId: string,
  isTaken: boolean,
  commit: (slug: string) => Promise<T>,
): Promise<T> {
  const slug = slugFor(wanted, organizationId)
  const other = () => commit(withSuffix(slug, organizationId))
  if (isTaken && !wanted.slug) return other()
  return commit(slug).catch((error: unknown) => {
    if (wanted.slug || !isProblem(error, SLUG_TAKEN)) throw error
    return other()
  })
}
