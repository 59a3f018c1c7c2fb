import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import {
  backupCodesReplaced,
  deviceAppeared,
  loginLocked,
  mfaDisabled,
  mfaEnabled,
  mfaRecovered,
  refreshTokenReused,
} from '../../events/identity.ts'
import type { DomainEvent, EventType } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { sentBy } from '../../test/workbench/letters.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { handler as onDeviceAppeared } from './on-device-appeared.ts'
import { handler as onLoginLocked } from './on-login-locked.ts'
import { handler as onMfaChanged } from './on-mfa-changed.ts'
import { handler as onRefreshTokenReused } from './on-refresh-token-reused.ts'
import { deviceMail } from './security-mails.ts'

const bench = workbench()
let ada: Person
beforeAll(async () => {
  ada = await bench.founder()
})
beforeEach(() => {
  bench.mails.splice(0)
})

function told(type: EventType, data: Record<string, unknown> = {}): DomainEvent {
  return {
    id: newId('evt'),
    type: type.name,
    version: 0,
    schemaVersion: 1,
    aggregateType: 'user',
    aggregateId: ada.userId,
    organizationId: ada.organizationId,
    timestamp: '2026-03-01T10:00:00.000Z',
    data: { userId: ada.userId, ...data },
    changes: {},
    metadata: { actorId: ada.userId, actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's', ipAddress: '203.0.113.7' },
  }
}

const sent = () => sentBy(bench).map(({ to, subject, text }) => ({ to, subject, text: text.replace(/\s+/g, ' ') }))

test.each([
  ['set up', mfaEnabled, {}, 'Your second factor is on', 'every sign-in asks for a code'],
  ['removed by the person', mfaDisabled, { how: 'removed' }, 'Your second factor was removed', 'by somebody signed in as you'],
  ['removed by an administrator', mfaDisabled, { how: 'reset' }, 'Your second factor was removed', 'An administrator of your organization'],
  ['removed with an undone change of address', mfaDisabled, { how: 'undone' }, 'Your second factor was removed', 'Set a new password'],
  ['passed by with a backup code', mfaRecovered, { how: 'backup_code' }, 'A backup code was used', 'set it up again'],
  ['passed by after the wait', mfaRecovered, { how: 'waiting' }, 'Your account was recovered', 'has to approve you'],
  ['of which the backup codes are new', backupCodesReplaced, {}, 'You have new backup codes', 'old ones are void'],
])('a second factor %s is told by mail', async (_what, type, data, subject, words) => {
  expect(await bench.react(onMfaChanged, told(type, data))).toEqual([])
  expect(sent()).toMatchObject([{ to: ada.email, subject, text: expect.stringContaining(words) }])
})

test('a lock is told with where the last failure came from and how long it lasts, once', async () => {
  const event = told(loginLocked, { until: '2026-03-01T10:15:00.000Z' })
  await bench.react(onLoginLocked, event)
  await bench.react(onLoginLocked, event)
  expect(sent()).toMatchObject([{ to: ada.email, subject: 'Too many failed sign-ins', text: expect.stringContaining('203.0.113.7') }])
})

test('a lock of one session is told as such, and not as one of signing in', async () => {
  await bench.react(onLoginLocked, told(loginLocked, { until: '2026-03-01T10:15:00.000Z', sessionId: 's1' }))
  expect(sent()).toMatchObject([
    { to: ada.email, subject: 'Too many wrong passwords or codes in one of your sessions', text: expect.stringContaining('203.0.113.7') },
  ])
})

test('a sign-in from a new device is told with device and address', async () => {
  await bench.react(onDeviceAppeared, told(deviceAppeared, { device: 'Safari on iPhone' }))
  expect(sent()).toMatchObject([{ subject: 'New sign-in: Safari on iPhone', text: expect.stringContaining('203.0.113.7') }])
})

test('a session ended for reuse of its token is told with its device', async () => {
  await bench.react(onRefreshTokenReused, told(refreshTokenReused, { device: 'Firefox on Linux' }))
  expect(sent()).toMatchObject([{ subject: 'We ended one of your sessions', text: expect.stringContaining('Firefox on Linux') }])
})

test("a stranger's words in a user agent forge no line of a mail", () => {
  const mail = deviceMail({
    locale: 'en',
    organization: 'Acme',
    firstName: 'Ada',
    at: '2026-03-01T10:00:00.000Z',
    device: 'curl\nBcc: eve@example.com <b>',
    ipAddress: undefined,
  })
  expect(mail.subject).not.toContain('\n')
  expect(mail.html).not.toContain('<b>')
})
