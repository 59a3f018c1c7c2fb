import { Problem } from '../../shared/errors.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import { asText, put, remove, type Write } from '../../shared/store/writes.ts'
import type { User } from './user.ts'
import { type Listed, listedKey, type Place, placeKey, placesOf, users } from './user-store.ts'

const MAX_TRIES = 3

const nameOf = (place: Place) => place.join('\n')

/** The lists take a version only after the one that they were read to show, so a late writer cannot undo a newer one. */
function writesFor(tenant: string, user: User, listed: Listed | undefined): Write[] {
  const current = placesOf(user)
  const kept = new Set(current.map(({ place }) => nameOf(place)))
  const left = (listed?.places ?? []).filter((place) => !kept.has(nameOf(place)))
  const unmoved = listed
    ? { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': listed.version } }
    : { expression: 'attribute_not_exists(pk)' }
  const now: Listed = { version: user.version, places: current.map(({ place }) => place) }
  return [
    put(listedKey(tenant, user.id), { ...now }, unmoved, 'VERSION_CONFLICT'),
    ...current.map(({ place, listing: { user: copy, ...open } }) => put(placeKey(tenant, place), { ...open, ...asText({ user: copy }) })),
    ...left.map((place) => remove(placeKey(tenant, place))),
  ]
}

/** Brings the lists to the user's present version, whichever event asks, in whatever order and however often. */
export async function relist(tenant: Tenant, userId: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const keys = [users.keyOf({ id: userId, organizationId: tenant.id }), listedKey(tenant.id, userId)]
    const [user, listed] = (await tenant.read(...keys)) as unknown as [User | undefined, Listed | undefined]
    if (!user || (listed && listed.version >= user.version)) return
    try {
      return await tenant.commit(writesFor(tenant.id, user, listed))
    } catch (error) {
      if (tries >= MAX_TRIES || !(error instanceof Problem) || error.code !== 'VERSION_CONFLICT') throw error
    }
  }
}
