import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import type { Browser, Page } from 'playwright-core'
import { enrol, wrongCode } from './authenticator.ts'
import { openBrowser, openContext, picture } from './browser.ts'
import {
  alertOn,
  clientId,
  codeOn,
  exchange,
  newFlow,
  personFrom,
  returnUrl,
  signInAgain,
  signInHosted,
  submitCode,
  submitPassword,
  submitUntilKnown,
} from './hosted.ts'
import { anonymous, baseUrl, elsewhere, eventually, founder, freshMail, loginUrl, member, refusal, type Someone } from './journey.ts'

let browser: Browser
let page: Page
let ada: Someone
beforeAll(async () => {
  ;[browser, ada] = await Promise.all([openBrowser(), founder()])
})
afterAll(() => browser?.close())
// Each test has a browser that nobody signed in with.
beforeEach(async () => {
  page = await (await openContext(browser)).newPage()
})
afterEach(() => page?.context().close())

const sessionsOf = async (person: Someone) => (await person.api.listSessions()).data.items
const clock = () => Math.floor(Date.now() / 1000)
/** Sign-ins are told apart by the second. */
const nextSecond = async () => {
  const now = clock()
  await eventually(
    async () => clock(),
    (later) => later > now,
  )
}

describe('a session of the hosted login', () => {
  test('is renewed at the API, and at no other door; a token of it that is used twice ends it', async () => {
    const hosted = await signInHosted(page, await member(ada))
    await hosted.api.getMe()
    const first = hosted.tokens?.refreshToken ?? ''
    const form = { grant_type: 'refresh_token', client_id: await clientId(), refresh_token: first }
    const other = await fetch(`${loginUrl}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
    expect([other.status, ((await other.json()) as { error: string }).error]).toEqual([400, 'invalid_grant'])
    const again = await signInHosted(await (await openContext(browser)).newPage(), hosted)
    await again.api.getMe()
    const mine = again.tokens?.refreshToken ?? ''
    const { data } = await anonymous.refresh({ body: { refreshToken: mine } })
    expect(decodeJwt(data.accessToken).origin_jti).toBe(decodeJwt(again.tokens?.accessToken ?? '').origin_jti)
    const { data: next } = await anonymous.refresh({ body: { refreshToken: data.refreshToken } })
    // Two rotations old, so no answer that was lost.
    expect((await refusal(anonymous.refresh({ body: { refreshToken: mine } }))).code).toBe('INVALID_SESSION')
    expect((await refusal(anonymous.refresh({ body: { refreshToken: next.refreshToken } }))).code).toBe('INVALID_SESSION')
    expect((await refusal(again.api.getMe())).code).toBe('INVALID_SESSION')
  })

  test('appears among the others, is audited, and counts as a sign-in of the user', async () => {
    const grace = await member(ada)
    const hosted = await signInHosted(page, grace)
    const { session, user } = (await hosted.api.getMe()).data
    expect(user.id).toBe(grace.userId)
    expect(session).toMatchObject({ device: 'node', mfa: false, current: true })
    expect((await sessionsOf(grace)).map(({ id }) => id)).toContain(session.id)
    const query = { action: 'auth.login.success', resourceId: session.id }
    const [entry] = await eventually(
      async () => (await ada.api.listAuditLogs({ query })).data.items,
      (entries) => entries.length > 0,
    )
    expect(entry).toMatchObject({ actor: { id: grace.userId }, sessionId: session.id, success: true })
    await eventually(
      async () => (await ada.api.getUser({ params: { id: grace.userId } })).data,
      ({ loginCount }) => loginCount === 2,
    )
  })

  test('is ended like any other, and its browser does not bring the person back without the password', async () => {
    const grace = await member(ada)
    const hosted = await signInHosted(page, grace)
    const { session } = (await hosted.api.getMe()).data
    await grace.api.endSession({ params: { id: session.id } })
    expect((await refusal(hosted.api.getMe())).code).toBe('INVALID_SESSION')
    expect((await refusal((await signInAgain(page, grace)).api.getMe())).code).toBe('INVALID_SESSION')
    await nextSecond()
    const flow = await newFlow({ prompt: 'login' })
    await page.goto(flow.url)
    await submitPassword(page, grace.email)
    expect((await (await personFrom(page, flow, grace)).api.getMe()).status).toBe(200)
  })

  test('ends with all others, and so does what the browser remembers, before a session came of it too', async () => {
    const grace = await member(ada)
    const [begun, waiting] = [await signInHosted(page, grace), await signInAgain(page, grace)]
    await begun.api.getMe()
    await nextSecond()
    await grace.api.logoutAll()
    for (const hosted of [begun, waiting]) expect((await refusal(hosted.api.getMe())).code).toBe('INVALID_SESSION')
    expect((await refusal((await signInAgain(page, grace)).api.getMe())).code).toBe('INVALID_SESSION')
  })

  test('of somebody who was locked does nothing, and no further one begins, by cookie or by password', async () => {
    const grace = await member(ada)
    const hosted = await signInHosted(page, grace)
    await hosted.api.getMe()
    await ada.api.lockUser({ params: { id: grace.userId }, body: { reason: 'lost laptop' } })
    expect(await refusal(hosted.api.getMe())).toMatchObject({ code: 'ACCOUNT_LOCKED', details: { reason: 'lost laptop' } })
    const tokens = await eventually(
      async () => {
        const flow = await newFlow()
        await page.goto(flow.url)
        return exchange(flow, codeOn(page, flow))
      },
      ({ ok }) => !ok,
    )
    expect(await tokens.text()).toContain('ACCOUNT_LOCKED')
    await page.goto((await newFlow({ prompt: 'login' })).url)
    await submitPassword(page, grace.email)
    expect(await alertOn(page)).toContain('This account cannot sign in: it is locked')
    await picture(page, 'login-locked')
  })
})

describe('with a second factor', () => {
  test('the page asks for the code, refuses a wrong one, and the session has passed it', async () => {
    const grace = await member(ada)
    const { nextCode } = await enrol(grace)
    const flow = await newFlow()
    await page.goto(flow.url)
    await submitUntilKnown(page, grace.email)
    await picture(page, 'login-code')
    const code = nextCode()
    await submitCode(page, wrongCode(code))
    expect(await alertOn(page)).toMatch(/code/i)
    await submitCode(page, code)
    const hosted = await personFrom(page, flow, grace)
    expect((await hosted.api.getMe()).data).toMatchObject({ mfa: { enabled: true }, session: { mfa: true } })
  })

  test('where the organization demands one, a person without is let to nothing but setting it up', async () => {
    const head = await founder()
    const joan = await member(head, ['rol_admin'])
    await enrol(head)
    await head.api.updateOrganization({ body: { settings: { mfaRequired: true } } })
    const hosted = await signInHosted(page, joan)
    expect((await refusal(hosted.api.getOrganization())).code).toBe('MFA_REQUIRED')
    expect((await hosted.api.getMe()).data.mfa).toMatchObject({ enabled: false, required: true })
    const { nextCode } = await enrol(hosted)
    expect((await hosted.api.getOrganization()).status).toBe(200)
    // What the browser remembers of the sign-in without the code does not suffice any more.
    expect((await refusal((await signInAgain(page, joan)).api.getMe())).code).toBe('INVALID_SESSION')
    await nextSecond()
    const flow = await newFlow({ prompt: 'login' })
    await page.goto(flow.url)
    await submitPassword(page, joan.email)
    await submitCode(page, nextCode())
    expect((await (await personFrom(page, flow, joan)).api.getOrganization()).status).toBe(200)
  })
})

describe('the page', () => {
  test('answers a wrong password and an unknown address alike, and stays', async () => {
    await page.goto((await newFlow()).url)
    await picture(page, 'login')
    await submitPassword(page, freshMail(), 'Wrong-Horse-9-Battery')
    const unknown = await alertOn(page)
    const hosted = await signInHosted(page, ada)
    expect(hosted.tokens?.accessToken).toBeTruthy()
    await page.goto((await newFlow({ prompt: 'login' })).url)
    await submitPassword(page, ada.email, 'Wrong-Horse-9-Battery')
    expect(await alertOn(page)).toBe(unknown)
    await picture(page, 'login-wrong')
    expect(page.url()).toContain(`${loginUrl}/login`)
  })

  test('is closed to an address that failed five times at the API, for the right password too', async () => {
    const grace = await member(ada)
    for (let n = 0; n < 5; n++) await refusal(anonymous.login({ body: { email: grace.email, password: 'Wrong-Horse-9-Battery' } }))
    await page.goto((await newFlow()).url)
    await submitPassword(page, grace.email)
    expect(await alertOn(page)).toMatch(/Too many failed sign-ins with this address. Try again in 1[45] minutes/)
  })

  test('locks by itself after five wrong passwords', async () => {
    const grace = await member(ada)
    await signInHosted(page, grace)
    await page.goto((await newFlow({ prompt: 'login' })).url)
    const said: string[] = []
    for (let n = 0; n < 7; n++) {
      await submitPassword(page, grace.email, 'Wrong-Horse-9-Battery')
      said.push(await alertOn(page))
    }
    expect(said.some((words) => words.includes('Password attempts exceeded'))).toBe(true)
  })

  test('forgets the browser when the application signs out there', async () => {
    await signInHosted(page, ada)
    const { searchParams } = new URL((await newFlow()).url)
    const after = new URLSearchParams({ client_id: searchParams.get('client_id') ?? '', logout_uri: baseUrl })
    await page.goto(`${loginUrl}/logout?${after}`)
    expect(page.url()).toBe(`${baseUrl}/`)
    await page.goto((await newFlow()).url)
    expect(await page.getByLabel('Password').isVisible()).toBe(true)
    await page.goto(`${loginUrl}/logout?client_id=${searchParams.get('client_id')}&logout_uri=https://evil.example`)
    expect(page.url()).toContain(loginUrl)
  })

  test('shows nothing of a sign-in to the back button, and a code serves once', async () => {
    const flow = await newFlow()
    await page.goto(flow.url)
    await submitUntilKnown(page, ada.email)
    const code = codeOn(page, flow)
    expect((await exchange(flow, code)).status).toBe(200)
    await page.goBack()
    expect(await page.getByLabel('Password').inputValue()).toBe('')
    await page.goForward()
    expect(codeOn(page, flow)).toBe(code)
    expect(await (await exchange(flow, code)).json()).toMatchObject({ error: 'invalid_grant' })
  })

  test('sends nobody to an address that the application has not registered', async () => {
    for (const redirect_uri of ['https://evil.example/', `${returnUrl}/../evil`, `${returnUrl}.evil.example`, 'javascript:alert(1)', '']) {
      const reply = await page.goto((await newFlow({ redirect_uri })).url)
      expect([reply?.status(), new URL(page.url()).origin]).toEqual([400, loginUrl])
      expect(await page.locator('body').innerText()).toContain('redirect_uri')
    }
  })

  test('gives no code without the challenge, for a foreign client, or to a form that it did not show', async () => {
    await page.goto((await newFlow({ code_challenge: '', code_challenge_method: '' })).url)
    expect(page.url()).toContain('error=invalid_request')
    expect((await page.goto((await newFlow({ client_id: 'somebody-else' })).url))?.status()).toBe(400)
    const { search } = new URL((await newFlow()).url)
    const forged = await fetch(`${loginUrl}/login${search}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ step: 'password', username: ada.email, password: 'Correct-Horse-9-Battery' }),
    })
    expect([forged.status, forged.headers.get('location')]).toEqual([403, null])
  })

  test('takes another verifier than the one that was promised for no proof', async () => {
    const [flow, other] = [await newFlow(), await newFlow()]
    await page.goto(flow.url)
    await submitUntilKnown(page, ada.email)
    expect((await exchange({ ...flow, verifier: other.verifier }, codeOn(page, flow))).status).toBe(400)
  })

  test('reflects markup as text', async () => {
    const markup = '"><img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'
    const looksClean = async () => {
      expect(await page.evaluate('window.pwned')).toBeUndefined()
      expect(await page.locator('img, script').count()).toBe(0)
    }
    await page.goto((await newFlow({ state: markup, nonce: markup })).url)
    await looksClean()
    await submitPassword(page, markup, markup)
    expect(await page.getByLabel('E-mail address or user name').inputValue()).toBe(markup)
    await looksClean()
    for (const name of ['client_id', 'redirect_uri']) {
      await page.goto((await newFlow({ [name]: markup })).url)
      await looksClean()
    }
  })
})

test('tokens of the hosted login and of the API serve the same person side by side', async () => {
  const [hosted, api] = [await signInHosted(page, ada), await elsewhere(ada)]
  await hosted.api.getMe()
  await api.api.logout()
  expect((await hosted.api.getMe()).data.user.email).toBe(ada.email)
})
