import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { complaintsOf, openBrowser, openContext, picture } from './browser.ts'
import { submitPassword, submitUntilKnown } from './hosted.ts'
import { baseUrl, founder, inboxUrl, loginUrl, mailTo, member, type Someone } from './journey.ts'
import { chapter, openDialog, signInFromDocs, tryOut } from './reference-page.ts'

const PHONE = { width: 390, height: 844 }

let browser: Browser
let context: BrowserContext
let page: Page
let complaints: string[]
let ada: Someone
beforeAll(async () => {
  ;[browser, ada] = await Promise.all([openBrowser(), founder()])
})
afterAll(() => browser?.close())
beforeEach(async () => {
  context = await openContext(browser)
  page = await context.newPage()
  complaints = complaintsOf(context)
})
afterEach(() => context?.close())

const isNarrow = () => page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')

describe('the reference page', () => {
  test('shows every operation, without errors and without asking for what its policy forbids', async () => {
    const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as { paths: Record<string, Record<string, { tags: [string] }>> }
    await page.goto(`${baseUrl}/docs`)
    await page.locator('.opblock-tag').first().waitFor()
    await picture(page, 'docs')
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
    for (const [name, those] of Map.groupBy(operations, ({ tags: [tag] }) => tag)) {
      await chapter(page, name).click()
      await page
        .locator('.opblock')
        .nth(those.length - 1)
        .waitFor()
      expect([name, await page.locator('.opblock').count()]).toEqual([name, those.length])
      await picture(page, `docs-${name}`)
      await chapter(page, name).click()
      await page.locator('.opblock').first().waitFor({ state: 'detached' })
    }
    expect(complaints).toEqual([])
  })

  test('fits a phone', async () => {
    await page.setViewportSize(PHONE)
    await page.goto(`${baseUrl}/docs`)
    await page.locator('.opblock-tag').first().waitFor()
    await picture(page, 'docs-phone')
    expect(await isNarrow()).toBe(true)
  })

  test('signs in on the hosted page, tries a call with its token, and signs out of both', async () => {
    await page.goto(`${baseUrl}/docs`)
    const dialog = await signInFromDocs(page, (login) => submitUntilKnown(login, ada.email))
    await picture(page, 'docs-signed-in')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await chapter(page, 'identity').click()
    const { status, body, token, block } = await tryOut(page, { path: '/api/v1/auth/me' })
    expect([status, body.data.user.email, body.data.session.device]).toEqual([200, ada.email, expect.stringMatching(/^Chrome/)])
    await block.scrollIntoViewIfNeeded()
    await picture(page, 'docs-tried')
    expect(complaints).toEqual([])

    await openDialog(page)
    const back = page.waitForURL(`${baseUrl}/docs`)
    await dialog.getByRole('button', { name: 'Remove authorization' }).click()
    await back
    const reply = await fetch(`${baseUrl}/api/v1/auth/me`, { headers: { authorization: token } })
    expect([reply.status, await reply.json()]).toEqual([401, expect.objectContaining({ code: 'INVALID_SESSION' })])
    await signInFromDocs(page, async (login) => {
      // Nothing is remembered: the password is asked for again.
      await submitPassword(login, ada.email)
    })
  })

  test('takes whoever is refused from the refusal to the access, by trying one operation after the other', async () => {
    const grace = await member(ada)
    await page.goto(`${baseUrl}/docs`)
    const dialog = await signInFromDocs(page, (login) => submitUntilKnown(login, grace.email))
    await dialog.getByRole('button', { name: 'Close' }).click()
    const look = { path: '/api/v1/users/{id}', params: { id: ada.userId } }
    await chapter(page, 'users').click()
    const refused = await tryOut(page, look)
    expect([refused.status, refused.body.details.missing]).toEqual([403, 'users:read'])
    await chapter(page, 'users').click()

    const { reference } = refused.body.details
    await chapter(page, 'decisions').click()
    const why = await tryOut(page, { path: '/api/v1/access/denials/{reference}', params: { reference } })
    expect([why.status, why.body.data.permission, why.body.data.now.allowed]).toEqual([200, 'users:read', false])
    await picture(page, 'docs-denied')
    expect(await why.block.getByRole('link', { name: 'POST /access/requests' }).getAttribute('href')).toBe(
      '#/accessRequests/createAccessRequest',
    )
    await chapter(page, 'decisions').click()

    await chapter(page, 'accessRequests').click()
    const body = { reference, reason: 'To answer her mails while she is away.' }
    const asked = await tryOut(page, { method: 'post', path: '/api/v1/access/requests', body })
    expect([asked.status, asked.body.data.status]).toEqual([201, 'pending'])
    await chapter(page, 'accessRequests').click()

    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    await ada.api.approveAccessRequest({ params: { id: asked.body.data.id }, body: { expiresAt } })
    await chapter(page, 'users').click()
    const seen = await tryOut(page, look)
    expect([seen.status, seen.body.data.email]).toEqual([200, ada.email])
    // Of the refusal, which was to come.
    expect(complaints.filter((each) => !/403/.test(each))).toEqual([])
  })

  test('drops a sign-in that it did not begin', async () => {
    await page.goto(`${baseUrl}/docs`)
    const dialog = await openDialog(page)
    const popup = context.waitForEvent('page')
    await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
    const login = await popup
    await login.waitForURL(`${loginUrl}/**`)
    await login.goto(`${baseUrl}/docs/oauth2-redirect.html?code=somebody-elses&state=forged`)
    expect(await login.locator('body').innerText()).toContain('was not begun by the reference page')
    expect(login.url()).not.toContain('code=')
    expect(await dialog.innerText()).toContain('was not begun by the reference page')
    expect(await dialog.getByRole('button', { name: 'Remove authorization' }).count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('is not returned to by chance: whoever opens the address alone is told so, and markup in it stays text', async () => {
    const markup = '<img src=x onerror="window.pwned=1">'
    await page.goto(`${baseUrl}/docs/oauth2-redirect.html?error=${encodeURIComponent(markup)}&state=${encodeURIComponent(markup)}`)
    expect(await page.locator('body').innerText()).toContain('Nothing waits for this sign-in')
    expect(await page.evaluate('window.pwned')).toBeUndefined()
    expect(complaints).toEqual([])
  })
})

describe('the inbox page', () => {
  test('shows a mail that was sent, on a desk and on a phone', async () => {
    const mail = await mailTo(ada.email)
    await page.goto(inboxUrl)
    await page.getByText(ada.email).first().click()
    expect(await page.locator('body').innerText()).toContain(mail.subject)
    await picture(page, 'inbox')
    await page.setViewportSize(PHONE)
    await picture(page, 'inbox-phone')
    expect(await isNarrow()).toBe(true)
    expect(complaints).toEqual([])
  })
})

test('the hosted login fits a phone', async () => {
  await page.setViewportSize(PHONE)
  const { clientId } = JSON.parse((await (await fetch(`${baseUrl}/docs/config.js`)).text()).replace('window.tessera = ', ''))
  const asked = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: `${baseUrl}/docs/oauth2-redirect.html`,
    scope: 'openid',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  })
  await page.goto(`${loginUrl}/login?${asked}`)
  await picture(page, 'login-phone')
  expect(await isNarrow()).toBe(true)
  expect(complaints).toEqual([])
})
