import { describe, expect, test } from '@jest/globals'
import { gainedOver, notHeld, openedTo } from './gift.ts'
import type { Assignment, Condition, Principal, Resource } from './model.ts'
import { systemPolicy } from './system-roles.ts'

const now = '2026-06-01T12:00:00.000Z'
const soon = '2026-06-01T13:00:00.000Z'

const held = (permission: string, more: Partial<Assignment> = {}): Assignment => ({
  id: `asg_${permission}`,
  permission,
  scope: { type: 'organization' },
  grantedBy: 'usr_9',
  createdAt: now,
  ...more,
})
const somebody = (assignments: Assignment[], more: Partial<Principal> = {}): Principal => ({
  id: 'usr_0',
  kind: 'member',
  assignments,
  ...more,
})
const asking = (principal: Principal) => ({ principal, policy: systemPolicy, now })

const isOwner: Condition = { attribute: 'resource.ownerId', operator: 'equals', value: { attribute: 'subject.id' } }
const isSmall: Condition = { attribute: 'resource.amount', operator: 'at_most', value: 100 }
const inFinance: Condition = { attribute: 'subject.department', operator: 'equals', value: 'Finance' }
const withFactor: Condition = { attribute: 'environment.mfa', operator: 'equals', value: true }

describe('what is held', () => {
  test('on account of who one is, is given to nobody else', () => {
    for (const condition of [isOwner, inFinance]) {
      const giver = somebody([held('users:read', { conditions: [condition] })], { attributes: { department: 'Finance' } })
      const gift = held('users:read', { conditions: [condition] })
      expect([notHeld(asking(giver), gift), notHeld(asking(giver), gift, 'oneself')]).toEqual([['users:read'], []])
    }
  })

  test('by somebody whose own time ends is given for no longer', () => {
    const key = somebody([held('units:read')], { kind: 'service', expiresAt: soon })
    expect(notHeld(asking(key), held('units:read'))).toEqual(['units:read'])
    expect(notHeld(asking(key), held('units:read', { expiresAt: soon }))).toEqual([])
  })

  test('within limits is given within them', () => {
    const guest = somebody([held('units:read')], { kind: 'guest', limits: [withFactor] })
    const ask = { ...asking(guest), environment: { mfa: true } }
    expect([notHeld(ask, held('units:read')), notHeld(ask, held('units:read', { conditions: [withFactor] }))]).toEqual([['units:read'], []])
  })
})

describe('by becoming another', () => {
  const opened = (conditions: Condition[], before: Partial<Principal>, after: Partial<Principal>) =>
    openedTo(somebody([held('audit:read', { conditions })], before), somebody([], after), systemPolicy, now)
  const [sales, finance] = [{ attributes: { department: 'Sales' } }, { attributes: { department: 'Finance' } }]
  const everywhere = { permission: 'audit:read', scope: { type: 'organization' } }

  test('somebody comes to hold what asks for it, and whatever else is asked stays', () => {
    expect(opened([inFinance, withFactor], sales, finance)).toEqual([{ ...everywhere, conditions: [withFactor] }])
    expect([opened([inFinance], finance, sales), opened([inFinance], finance, finance), opened([isSmall], sales, finance)]).toEqual([
      [],
      [],
      [],
    ])
  })

  test('somebody comes to hold what compares them with something', () => {
    const sameUnit: Condition = { attribute: 'resource.unitId', operator: 'equals', value: { attribute: 'subject.unitId' } }
    expect(opened([sameUnit], { unitId: 'unit_a' }, { unitId: 'unit_b' })).toEqual([everywhere])
    expect(opened([sameUnit], sales, finance)).toEqual([])
  })
})

describe('over something that becomes another', () => {
  const thing = (more: Partial<Resource> = {}): Resource => ({
    type: 'invoice',
    id: 'i_1',
    ownerId: 'usr_1',
    attributes: { amount: 5_000 },
    ...more,
  })
  const gained = (assignments: Assignment[], after: Partial<Resource>) => gainedOver(asking(somebody(assignments)), thing(), thing(after))

  test('somebody gains what asks for it', () => {
    const conditional = [isOwner, isSmall].map((condition) => held('invoice:approve', { conditions: [condition] }))
    expect(gained(conditional, { ownerId: 'usr_0' })).toEqual(['invoice:approve'])
    expect(gained(conditional, { attributes: { amount: 1 } })).toEqual(['invoice:approve'])
    expect(gained(conditional, { attributes: { amount: 4_000 } })).toEqual([])
  })

  test('somebody gains nothing that they hold already', () => {
    expect(gained([held('invoice:approve', { conditions: [isOwner] }), held('invoice:*')], { ownerId: 'usr_0' })).toEqual([])
  })

  test('what is held only until a time, or in some circumstances, is less', () => {
    const owners = held('invoice:approve', { conditions: [isOwner] })
    expect(gained([owners, held('invoice:approve', { expiresAt: soon })], { ownerId: 'usr_0' })).toEqual(['invoice:approve'])
    expect(gained([owners, held('invoice:approve', { conditions: [withFactor] })], { ownerId: 'usr_0' })).toEqual(['invoice:approve'])
  })

  test('somebody gains what holds in circumstances that are not so now', () => {
    expect(gained([held('invoice:approve', { conditions: [isOwner, withFactor] })], { ownerId: 'usr_0' })).toEqual(['invoice:approve'])
  })
})
