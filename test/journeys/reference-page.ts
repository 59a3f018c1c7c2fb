import type { Locator, Page } from 'playwright-core'

/** What people do on the reference page. */

/** The dialog in which it signs in and out. */
export async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Authorize' }).first().click()
  return page.locator('.auth-container', { hasText: 'hostedLogin' })
}

/** Signs in: in a window of its own, which closes by itself. */
export async function signInFromDocs(page: Page, fill: (popup: Page) => Promise<void>): Promise<Locator> {
  const dialog = await openDialog(page)
  const popup = page.context().waitForEvent('page')
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  const login = await popup
  const closed = login.waitForEvent('close')
  await fill(login)
  await closed
  await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor()
  return dialog
}

/** A chapter of the reference; of many open ones, the page draws only what is in sight. */
export const chapter = (page: Page, name: string): Locator => page.locator(`#operations-tag-${name}`)

export interface Trial {
  method?: 'get' | 'post'
  /** As the reference calls it. */
  path: string
  params?: Record<string, string>
  body?: object
}

/** Tries an operation of an open chapter out, and gives what was sent and what came back. */
export async function tryOut(page: Page, { method = 'get', path, params = {}, body }: Trial) {
  const block = page.locator(`.opblock-${method}`, { has: page.locator(`[data-path="${path}"]`) }).first()
  await block.waitFor()
  // One that was tried before stays open, also while its chapter is closed.
  if ((await block.locator('.opblock-body').count()) === 0) await block.locator('.opblock-summary-control').click()
  for (const [name, value] of Object.entries(params)) await block.locator(`tr[data-param-name="${name}"] input`).fill(value)
  if (body) await block.locator('textarea.body-param__text').fill(JSON.stringify(body))
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '')
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === target)
  await block.getByRole('button', { name: 'Execute' }).click()
  const request = await asked
  const reply = await request.response()
  return { block, token: (await request.allHeaders()).authorization ?? '', status: reply?.status(), body: await reply?.json() }
}
