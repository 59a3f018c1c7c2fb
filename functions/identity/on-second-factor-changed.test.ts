import { expect, test } from '@jest/globals'
import { mfaEnabled } from '../../events/identity.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { putMembership } from '../../shared/identity/membership-store.ts'
import { newId } from '../../shared/ids.ts'
import { save } from '../../shared/store/writes.ts'
import { workbench } from '../../test/workbench.ts'
import { register as newUser, users } from '../users/door.ts'
import { handler } from './on-second-factor-changed.ts'
import { registered } from './test-people.ts'
import { enrolled } from './test-second-factor.ts'

const bench = workbench()

test('every organization of a person shows the second factor, and hears of it once', async () => {
  const [other, ada] = [await registered(bench), await enrolled(bench)]
  const { userId, organizationId: home } = ada
  const names = { firstName: 'Ada', lastName: 'Elsewhere', email: ada.email, roleIds: ['rol_basic_user'], by: 'x' }
  const place = { id: userId, organizationId: other.organizationId, at: new Date().toISOString() }
  const there = newUser({ ...place, ...names })
  await bench.tenant(other.organizationId).commit([save(users, there), putMembership(there.after)])
  const event: DomainEvent = {
    id: newId('evt'),
    type: mfaEnabled.name,
    version: 3,
    schemaVersion: 1,
    aggregateType: 'user',
    aggregateId: userId,
    organizationId: home,
    timestamp: new Date().toISOString(),
    data: { userId },
    changes: {},
    metadata: { actorId: userId, actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's' },
  }
  expect(await bench.react(handler, event)).toEqual([])
  expect(await bench.react(handler, event)).toEqual([])
  expect(await bench.tenant(other.organizationId).get(users, userId)).toMatchObject({ mfaEnabled: true, version: 2 })
  expect((await bench.tenant(home).events(users, userId)).at(-1)?.type).toBe(mfaEnabled.name)
})
