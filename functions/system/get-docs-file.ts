import { readAsset } from '../../shared/assets.ts'
import { config } from '../../shared/config.ts'
import { serve } from '../../shared/serve/serve.ts'
import { getDocsFile } from './contract.ts'
import { LOGIN_SCOPES } from './hosted-login.ts'

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
}

/** The page that the hosted login returns to runs one script of ours, and reaches nothing. */
const RETURN_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

/** What the page needs to know of this deployment. */
const settings = () => {
  const { loginUrl, hostedClientId: clientId } = config
  return `window.tessera = ${JSON.stringify({ loginUrl, clientId, scopes: Object.keys(LOGIN_SCOPES) })}\n`
}

export const handler = serve(getDocsFile, ({ params: { file }, answer: { headers } }) => {
  const extension = file.slice(file.lastIndexOf('.') + 1)
  headers['content-type'] = TYPES[extension] ?? 'application/octet-stream'
  if (extension === 'html') headers['content-security-policy'] = RETURN_POLICY
  // Its address holds a code, and the settings change with the deployment.
  const isOfTheMoment = extension === 'html' || file === 'config.js'
  headers['cache-control'] = isOfTheMoment ? 'no-store' : 'public, max-age=3600'
  return file === 'config.js' ? settings() : readAsset(getDocsFile.assets.find((asset) => asset.endsWith(`/${file}`)) ?? '')
})
