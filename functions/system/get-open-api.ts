import { readAsset } from '../../shared/assets.ts'
import { config } from '../../shared/config.ts'
import { serve } from '../../shared/serve/serve.ts'
import { getOpenApi } from './contract.ts'
import { LOGIN_EXAMPLE } from './hosted-login.ts'

let document: string | undefined

export const handler = serve(getOpenApi, ({ answer }) => {
  document ??= readAsset('openapi.json').toString().replaceAll(LOGIN_EXAMPLE, config.loginUrl)
  answer.headers['cache-control'] = 'public, max-age=300'
  answer.headers['access-control-allow-origin'] ??= '*'
  return document
})
