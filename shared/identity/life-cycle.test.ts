import { describe, expect, test } from '@jest/globals'
import type { Endpoint } from '../endpoint.ts'
import type { OrganizationGate } from '../serve/call.ts'
import { closedToProvider, effectiveStatus, leftWithProvider, providerOf, settledBy, shutBy } from './life-cycle.ts'

const now = '2026-03-01T09:00:00.000Z'
const [before, after] = ['2026-03-01T08:59:59.999Z', '2026-03-01T09:00:00.001Z']
const read: Endpoint = { route: 'GET /api/v1/users', summary: '', permission: 'users:read' }
const write: Endpoint = { route: 'POST /api/v1/users', summary: '', permission: 'users:create' }
const ending: Endpoint = { ...write, ending: 'open' }

describe('an organization that is going to be closed', () => {
  test.each([
    ['offboarding', undefined, 'offboarding'],
    ['offboarding', after, 'offboarding'],
    ['offboarding', now, 'closed'],
    ['offboarding', before, 'closed'],
    ['active', before, 'active'],
    ['suspended', before, 'suspended'],
    ['closed', undefined, 'closed'],
  ] as [
    OrganizationGate['status'],
    string | undefined,
    string,
  ][])('that is %s and closes at %s counts as %s', (status, closesAt, expected) => {
    expect(effectiveStatus({ status, ...(closesAt ? { closesAt } : {}) }, now)).toBe(expected)
  })

  test('is as shut from that moment on as one that is closed, to members and provider', () => {
    const [due, leaving] = [before, after].map((closesAt) => ({ status: 'offboarding' as const, closesAt }))
    expect([due, leaving].map((each) => each && shutBy(each, now)?.code)).toEqual(['ORGANIZATION_CLOSED', undefined])
    const codes = (life: typeof due) => life && [read, write, ending].map((contract) => closedToProvider(life, contract, now)?.code)
    expect(codes(due)).toEqual(['ORGANIZATION_CLOSED', 'ORGANIZATION_CLOSED', undefined])
    expect(codes(leaving)).toEqual([undefined, 'ORGANIZATION_OFFBOARDING', undefined])
    expect(leaving && settledBy(leaving, write, now)?.code).toBe('ORGANIZATION_OFFBOARDING')
  })
})

describe("a provider's people", () => {
  const link = { organizationId: 'org_9', since: before }

  test('are let in while the link stands, and go with it', () => {
    expect(providerOf({ provider: link })).toBe('org_9')
    expect(leftWithProvider({ provider: link }, { fromProvider: 'org_9' })).toBe(false)
    const ended = { provider: { ...link, endedAt: now } }
    expect([providerOf(ended), leftWithProvider(ended, { fromProvider: 'org_9' })]).toEqual([undefined, true])
  })

  test('are nobody where there is no link, or one to another provider; everybody else stays', () => {
    expect(leftWithProvider({}, { fromProvider: 'org_9' })).toBe(true)
    expect(leftWithProvider({ provider: link }, { fromProvider: 'org_8' })).toBe(true)
    expect([leftWithProvider({}, {}), leftWithProvider({ provider: { ...link, endedAt: now } }, {})]).toEqual([false, false])
  })
})
