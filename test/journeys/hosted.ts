import { createHash, randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { baseUrl, clientOf, eventually, loginUrl, PASSWORD, type Someone, type Tokens } from './journey.ts'

/** An application's side of the hosted login: code and PKCE (RFC 7636). */

export const returnUrl = `${baseUrl}/signed-in`

export async function clientId(): Promise<string> {
  const settings = await (await fetch(`${baseUrl}/docs/config.js`)).text()
  return (JSON.parse(settings.replace('window.tessera = ', '')) as { clientId: string }).clientId
}

export interface Flow {
  /** Where the application sends the browser. */
  url: string
  state: string
  verifier: string
}

const SCOPES = 'openid email'

export async function newFlow(more: Record<string, string> = {}): Promise<Flow> {
  const [state, verifier] = [randomBytes(16).toString('hex'), randomBytes(48).toString('base64url')]
  const asked = new URLSearchParams({
    client_id: await clientId(),
    response_type: 'code',
    redirect_uri: returnUrl,
    scope: SCOPES,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  })
  return { url: `${loginUrl}/oauth2/authorize?${asked}`, state, verifier }
}

/** Exchanges the code that the browser came back with. */
export async function exchange({ verifier }: Flow, code: string): Promise<Response> {
  const form = { grant_type: 'authorization_code', client_id: await clientId(), redirect_uri: returnUrl, code, code_verifier: verifier }
  return fetch(`${loginUrl}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
}

/** Types address and password into the form; the page is then wherever that led. */
export async function submitPassword(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail address or user name').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export async function submitCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Six-digit code').fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
}

/** What the page says went wrong. */
export const alertOn = (page: Page) => page.getByRole('alert').innerText()

/**
 * Signs in with the password. The page knows a mail address only once a reaction has told Cognito of it, and so it is asked again;
 * an address that it does not know counts for no lockout.
 */
export async function submitUntilKnown(page: Page, email: string): Promise<void> {
  await eventually(
    async () => {
      await submitPassword(page, email)
      // A window that the reference page opened closes when it is done.
      const isRefused = page.getByText('Incorrect username or password').isVisible()
      return !(await isRefused.catch((error: unknown) => {
        if (!page.isClosed()) throw error
        return false
      }))
    },
    (isKnown) => isKnown,
    100,
  )
}

export function codeOn(page: Page, { state }: Flow): string {
  const answer = new URL(page.url()).searchParams
  if (answer.get('state') !== state) throw new Error(`The hosted login returned another state: ${page.url()}`)
  return answer.get('code') ?? ''
}

/** The person as the application knows them, once the browser is back with a code. */
export async function personFrom(page: Page, flow: Flow, of: Someone): Promise<Someone> {
  await page.waitForURL(`${returnUrl}*`)
  const reply = await exchange(flow, codeOn(page, flow))
  const body = (await reply.json()) as Record<string, string>
  if (!reply.ok) throw new Error(`No tokens: ${JSON.stringify(body)}`)
  const tokens = { accessToken: body.access_token, idToken: body.id_token, refreshToken: body.refresh_token } as Tokens
  const person = { ...of, tokens }
  return { ...person, api: clientOf(person) }
}

/** Through the whole sign-in with the password. */
export async function signInHosted(page: Page, of: Someone): Promise<Someone> {
  const flow = await newFlow()
  await page.goto(flow.url)
  await submitUntilKnown(page, of.email)
  return personFrom(page, flow, of)
}

/** The same browser once more: it is remembered, so nothing is asked. */
export async function signInAgain(page: Page, of: Someone): Promise<Someone> {
  const flow = await newFlow()
  await page.goto(flow.url)
  return personFrom(page, flow, of)
}
