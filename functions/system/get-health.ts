import { config } from '../../shared/config.ts'
import { serve } from '../../shared/serve/serve.ts'
import { allOk, dependencies } from './checks.ts'
import { getHealth } from './contract.ts'

export const handler = serve(getHealth, async (call) => {
  const checks = await dependencies(call)
  const ok = allOk(checks)
  call.answer.status = ok ? 200 : 503
  return { status: ok ? ('ok' as const) : ('failed' as const), timestamp: call.now, version: config.version, checks }
})
