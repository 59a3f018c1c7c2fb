import { expect, test } from '@jest/globals'
import { eventually, founder, freshMail, inboxUrl, mailTo, member, refusal, type Someone, tokenIn } from './journey.ts'

const notified = (person: Someone, wanted: number) =>
  eventually(
    async () => (await person.api.listNotifications()).data.items,
    (items) => items.length >= wanted,
  )

test('verification, welcome and invitation arrive in text and HTML, and each leaves its entry', async () => {
  const ada = await founder()
  const grace = await member(ada)
  const [verification, welcome, invitation] = await Promise.all([
    mailTo(ada.email, ({ text }) => /\b\d{6}\b/.test(text)),
    mailTo(ada.email, ({ subject }) => /welcome/i.test(subject)),
    mailTo(grace.email, (mail) => tokenIn(mail) !== ''),
  ])
  for (const { text, html, subject } of [verification, welcome, invitation]) {
    expect([text.length > 0, subject.length > 0]).toEqual([true, true])
    expect(html).toMatch(/^<!doctype html>/i)
  }
  const sent = await eventually(
    async () => (await ada.api.listAuditLogs({ query: { action: 'email.sent' } })).data.items,
    (items) => new Set(items.map(({ details }) => details.template)).size >= 3,
  )
  expect(sent.every(({ success, details }) => success && typeof details.messageId === 'string')).toBe(true)
  expect(JSON.stringify(sent)).not.toContain(ada.email)
})

test('names in a mail are shown as text, never as markup', async () => {
  const ada = await founder()
  const email = freshMail('markup')
  await ada.api.createUser({ body: { email, firstName: '<img src=x onerror=alert(1)>', lastName: 'O’Neil & "Sons"' } })
  const { html } = await mailTo(email, (mail) => tokenIn(mail) !== '')
  expect(html).not.toContain('<img src=x')
})

test('the inbox has a page for people', async () => {
  const page = await fetch(`${inboxUrl}/`)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
})

test('what concerns a person reaches their notifications, and stays read once read', async () => {
  const ada = await founder()
  const grace = await member(ada)
  await ada.api.setUserRoles({ params: { id: grace.userId }, body: { roleIds: ['rol_report_viewer'] } })
  const [first] = (await notified(grace, 1)).filter(({ type }) => type === 'user.roles_changed')
  expect(first).toMatchObject({ readAt: null })
  const params = { id: first?.id ?? '' }
  await grace.api.readNotification({ params })
  const readAt = (await grace.api.listNotifications()).data.items.find(({ id }) => id === first?.id)?.readAt
  expect(readAt).toBeTruthy()
  await grace.api.readNotification({ params })
  expect((await grace.api.listNotifications()).data.items.find(({ id }) => id === first?.id)?.readAt).toBe(readAt)
  expect((await grace.api.listNotifications({ query: { unread: 'true' } })).data.items.map(({ id }) => id)).not.toContain(first?.id)
  expect((await refusal(ada.api.readNotification({ params }))).code).toBe('NOT_FOUND')
})

test('everything so far is read at once; what comes later is new', async () => {
  const ada = await founder()
  const grace = await member(ada)
  const roles = (roleIds: string[]) => ada.api.setUserRoles({ params: { id: grace.userId }, body: { roleIds } })
  await roles(['rol_report_viewer'])
  const before = (await notified(grace, 1)).length
  await grace.api.readAllNotifications()
  const unread = async () => (await grace.api.listNotifications({ query: { unread: 'true' } })).data.items
  expect(await unread()).toEqual([])
  await roles(['rol_request_user'])
  await notified(grace, before + 1)
  expect(await unread()).toHaveLength(1)
})
