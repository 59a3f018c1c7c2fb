import { ulid } from 'ulid'

/**
 * A new id, sortable by the time it was made: `newId('usr', Date.now())`. Lower case, because a user's id is also the Cognito
 * username, and a pool that ignores case gives usernames back in lower case.
 */
export const newId = <P extends string>(prefix: P, epochMs: number = Date.now()): `${P}_${string}` =>
  `${prefix}_${ulid(epochMs).toLowerCase()}`

/** The sortable part of an id, shared by an event (`evt_…`) and its audit entry (`aud_…`). */
export const ulidOf = (id: string) => id.slice(id.indexOf('_') + 1)
