import { readAsset } from '../../shared/assets.ts'
import { serve } from '../../shared/serve/serve.ts'
import { getDocsFile } from './contract.ts'

const TYPES: Record<string, string> = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', png: 'image/png' }

export const handler = serve(getDocsFile, ({ params, answer }) => {
  const path = getDocsFile.assets.find((asset) => asset.endsWith(`/${params.file}`)) ?? ''
  answer.headers['content-type'] = TYPES[params.file.slice(params.file.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
  answer.headers['cache-control'] = 'public, max-age=3600'
  return readAsset(path)
})
