import * as access from '../shared/access/denied.ts'
import type { EventType } from '../shared/event.ts'
import * as identity from './identity.ts'
import * as notifications from './notifications.ts'
import * as organizations from './organizations.ts'
import * as users from './users.ts'

/** A kind of event with the context it comes from: on the bus, `source` is `tessera.<context>`. */
export interface Catalogued {
  context: string
  type: EventType
}

const of = (context: string, exports: Record<string, EventType>): Catalogued[] => Object.values(exports).map((type) => ({ context, type }))

/** Every event of the product. */
export const eventCatalogue: Catalogued[] = [
  ...of('organizations', organizations),
  ...of('users', users),
  ...of('identity', identity),
  ...of('notifications', notifications),
  ...of('access', access),
]

const contexts = new Map(eventCatalogue.map(({ context, type }) => [type.name, context]))

/** EventBridge's `source` for a type. */
export const sourceOf = (type: string) => `tessera.${contexts.get(type) ?? 'unknown'}`
