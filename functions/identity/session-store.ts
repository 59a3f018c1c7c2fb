import { entity } from '../../shared/store/entity.ts'
import { sessionKey } from '../../shared/store/keys.ts'
import type { Session } from './session.ts'

/** Sessions lie with the person, their events with the organization they were begun in. */
export const sessions = entity<Session>({
  name: 'SESSION',
  key: ({ id, personId }) => sessionKey(personId ?? '', id),
  label: ({ device }) => device,
  expires: ({ expiresAt }) => Math.floor(Date.parse(expiresAt) / 1000),
})
