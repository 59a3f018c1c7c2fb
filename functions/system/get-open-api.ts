import { readAsset } from '../../shared/assets.ts'
import { serve } from '../../shared/serve/serve.ts'
import { getOpenApi } from './contract.ts'

let document: string | undefined

export const handler = serve(getOpenApi, ({ answer }) => {
  document ??= readAsset('openapi.json').toString()
  answer.headers['cache-control'] = 'public, max-age=300'
  answer.headers['access-control-allow-origin'] ??= '*'
  return document
})
