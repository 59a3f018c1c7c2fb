import { readAsset } from '../../shared/assets.ts'
import { config } from '../../shared/config.ts'
import { serve } from '../../shared/serve/serve.ts'
import { getDocs } from './contract.ts'

let page: string | undefined

/** The reference draws itself in the browser, so this page alone may run scripts and styles: its own. */
const pagePolicy = () => [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  // The page fetches its tokens from the hosted login.
  `connect-src 'self' ${new URL(config.loginUrl).origin}`,
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
]

export const handler = serve(getDocs, ({ answer }) => {
  page ??= readAsset('functions/system/docs.html').toString()
  answer.headers['content-type'] = 'text/html; charset=utf-8'
  answer.headers['content-security-policy'] = pagePolicy().join('; ')
  return page
})
