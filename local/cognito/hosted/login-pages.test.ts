import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addUser, PASSWORD, startTestPools, type TestPools } from '../test-pools.ts'
import { html } from './html.ts'
import { type App, authorize, openApp } from './test-app.ts'

let pools: TestPools
let app: App
beforeAll(async () => {
  pools = await startTestPools()
  await addUser(pools, 'ada')
  app = openApp(pools)
})
afterAll(() => pools.close())

describe('the forms', () => {
  test('are refused without their token, with another one, and from another origin', async () => {
    const visitor = app.browser()
    const form = await visitor.follow(authorize())
    const typed = { username: 'ada', password: PASSWORD }
    for (const change of [{ _csrf: '' }, { _csrf: 'a'.repeat(43) }]) {
      expect(await visitor.submit(form, { ...typed, ...change })).toMatchObject({ status: 403, location: undefined })
    }
    expect((await visitor.submit(form, typed, { origin: 'https://evil.example' })).status).toBe(403)
    const stranger = app.browser()
    expect((await stranger.submit(form, typed)).status).toBe(403)
    expect((await visitor.submit(form, typed, { origin: pools.origin })).status).toBe(303)
  })

  test('come with cookies that scripts cannot read and headers that keep the page alone', async () => {
    const visitor = app.browser()
    const form = await visitor.follow(authorize())
    expect(form.headers.get('set-cookie')).toMatch(/^XSRF-TOKEN=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/)
    const policy = form.headers.get('content-security-policy')
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/localhost:3000; frame-ancestors 'none'; base-uri 'none'$/,
    )
    expect(Object.fromEntries(form.headers)).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    const done = await visitor.submit(form, { username: 'ada', password: PASSWORD })
    expect(done.headers.get('set-cookie')).toMatch(/^cognito=[\w-]{64}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/)
  })

  test('show whatever was sent as text, never as markup', async () => {
    const payload = `"><script>alert(1)</script>'&`
    const visitor = app.browser()
    const form = await visitor.follow(authorize({ state: payload, nonce: payload }))
    const again = await visitor.submit(form, { username: payload, password: 'x' })
    for (const { text } of [form, again]) expect(text).not.toContain('<script')
    expect(again.text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;"')
    const done = await visitor.submit(again, { username: 'ada', password: PASSWORD })
    expect(new URL(done.location ?? '').searchParams.get('state')).toBe(payload)
  })
})

test('whatever text goes into a page, no sign of it can open a tag, an attribute or an entity', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { markup } = html`<p title="${text}">${text}</p>`
      const inside = markup.slice('<p title="'.length, -'</p>'.length).replace('">', '')
      expect(inside).not.toMatch(/[<>"']/)
      expect(inside.replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&')
    }),
  )
})
