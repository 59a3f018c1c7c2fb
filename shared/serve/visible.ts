import { decide } from '../access/evaluate.ts'
import type { Endpoint, Page } from '../endpoint.ts'
import type { Entity, Versioned } from '../store/entity.ts'
import type { Call } from './call.ts'
import { resourceOf } from './concerns.ts'

/** What of a page the caller may see, by a permission that they hold somewhere: the page may be short, and still have a cursor. */
export async function visible<T extends Versioned>(
  { access, now }: Pick<Call<Endpoint>, 'access' | 'now'>,
  permission: string,
  entity: Pick<Entity<T>, 'name' | 'access'>,
  { items, nextCursor }: Page<T>,
): Promise<Page<T>> {
  const { principal, environment } = access
  const shown = await access.ask((policy) =>
    items.filter((item) => decide({ principal, environment, policy, permission, resource: resourceOf(entity, item), now }).allowed),
  )
  return { items: shown, nextCursor }
}
