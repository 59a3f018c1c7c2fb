import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** A real Chromium, for what only a browser shows. */

const FLAGS = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update'
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

export function openBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(`There is no Chromium at ${executablePath}: install one (apt-get install chromium), or say where it is in CHROMIUM.`)
  }
  return chromium.launch({ executablePath, args: [...FLAGS.split(' '), '--disable-sync'] })
}

/** A busy machine is slow, not wrong: jest alone ends what hangs. */
const WAITS_MS = 600_000

/** A profile of its own, with cookies of its own. */
export async function openContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext()
  context.setDefaultTimeout(WAITS_MS)
  return context
}

/** What a page complained about: errors on its console, and what its policy forbade. */
export function complaintsOf(context: BrowserContext): string[] {
  const complaints: string[] = []
  context.on('console', (message) => message.type() === 'error' && complaints.push(`console: ${message.text()}`))
  context.on('weberror', ({ error }) => void complaints.push(`error: ${error().message}`))
  return complaints
}

/** Saves a picture where `TESSERA_PICTURES` names a folder, for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.TESSERA_PICTURES
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}
