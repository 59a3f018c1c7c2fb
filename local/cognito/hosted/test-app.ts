import { createHash, randomBytes } from 'node:crypto'
import { CALLBACK, PASSWORD, type TestPools } from '../test-pools.ts'
import { type Browser, openBrowser, type Page } from './test-browser.ts'

/** For tests: the steps of an application that uses the hosted login. */

export const VERIFIER = randomBytes(32).toString('base64url')
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

const USUAL = {
  client_id: 'hosted',
  redirect_uri: CALLBACK,
  response_type: 'code',
  scope: 'openid email',
  state: 'st-1',
  nonce: 'n-1',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
}

/** The authorize address, some parameters changed and the undefined ones left out. */
export function authorize(change: Record<string, string | undefined> = {}): string {
  const parameters = Object.entries({ ...USUAL, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `/oauth2/authorize?${new URLSearchParams(parameters)}`
}

export const codeIn = (page: Page): string => new URL(page.location ?? 'missing:').searchParams.get('code') ?? ''

export interface Answer {
  status: number
  headers: Headers
  body: Record<string, string>
}

export interface App {
  browser(): Browser
  /** A whole sign-in by password in a new browser; ends at the redirect with the code. */
  signIn(username?: string, password?: string, at?: string): Promise<Page>
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Answer>
  exchange(code: string, change?: Record<string, string>): Promise<Answer>
}

export function openApp({ origin }: TestPools): App {
  const browser = () => openBrowser(origin)
  const post: App['post'] = async (path, form, headers = {}) => {
    const response = await fetch(`${origin}${path}`, { method: 'POST', body: new URLSearchParams(form), headers })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} }
  }
  return {
    browser,
    post,
    signIn: async (username = 'ada', password = PASSWORD, at = authorize()) => {
      const visitor = browser()
      return visitor.submit(await visitor.follow(at), { username, password })
    },
    exchange: (code, change = {}) => {
      const form = { grant_type: 'authorization_code', client_id: 'hosted', redirect_uri: CALLBACK, code_verifier: VERIFIER }
      return post('/oauth2/token', { ...form, code, ...change })
    },
  }
}
