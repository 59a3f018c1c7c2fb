import type { Resource } from '../../shared/access/model.ts'
import { resourceOf } from '../../shared/serve/concerns.ts'
import type { Entity, Versioned } from '../../shared/store/entity.ts'
import type { Key } from '../../shared/store/keys.ts'
import type { Item } from '../../shared/store/table.ts'
import { groups } from '../groups/door.ts'
import { factsOf, type Resource as Registered, resourceIdOf, resources } from '../resources/door.ts'
import { units } from '../units/door.ts'
import { users } from '../users/door.ts'

/** Things of the product of which questions are asked by id: what is known of them is read, and never believed. */
export interface Kind {
  keyOf(tenant: string, id: string): Key
  factsOf(item: Item, said: Resource): Resource
  /** What it takes to see one. */
  seeing: string
  /** Where those there are are listed. */
  entity: Entity<Versioned>
  /** In that list only those of this type. */
  by: Record<string, string>
  /** As what, and by which id, one of them is asked about; and by which it is kept. */
  namedOf(item: Item): { type: string; id: string }
  idOf(named: string): string
}

const kind = <T extends Versioned>(entity: Entity<T>): Kind => ({
  entity: entity as unknown as Entity<Versioned>,
  by: {},
  namedOf: ({ id }) => ({ type: entity.name.toLowerCase(), id: String(id) }),
  idOf: (id) => id,
  keyOf: (organizationId, id) => entity.keyOf({ id, organizationId } as Pick<T, 'id' | 'organizationId'> & Partial<T>),
  factsOf: (item) => resourceOf(entity, item as unknown as T),
  seeing: `${entity.plural.toLowerCase()}:read`,
})

/** Things of an organization's own applications, if they are registered: by what their application calls them. */
const registered = (type: string): Kind => ({
  entity: resources as unknown as Entity<Versioned>,
  by: { TYPE: type },
  namedOf: ({ key }) => ({ type, id: String(key) }),
  idOf: (key) => resourceIdOf(type, key),
  keyOf: (organizationId, key) => resources.keyOf({ id: resourceIdOf(type, key), organizationId }),
  factsOf: (item, said) => factsOf(item as unknown as Registered, said.attributes),
  seeing: 'resources:read',
})

const KINDS: Readonly<Record<string, Kind>> = { user: kind(users), unit: kind(units), group: kind(groups) }

export const kindOf = (type: string): Kind | undefined => (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined)

/** Where the facts of something are read, whoever's kind it is of. */
export const keeperOf = (type: string): Kind => kindOf(type) ?? registered(type)
