import { relayLag } from '../../events/relay-lag.ts'
import { systemRoles } from '../../shared/access/system-roles.ts'
import { serve } from '../../shared/serve/serve.ts'
import { allOk, check, dependencies } from './checks.ts'
import { getReadiness } from './contract.ts'

/** A relay further behind than this leaves audit and mail too late to rely on. */
const MAX_LAG_SECONDS = 60

/** The system roles are the seed data; they are part of the code, so they are complete or the build is broken. */
const seedData = async () => {
  if (systemRoles.length === 0) throw new Error('there are no system roles')
}

export const handler = serve(getReadiness, async (call) => {
  let lagSeconds = 0
  const relay = async () => {
    const lag = await relayLag(call.lookups, call.now)
    lagSeconds = lag.seconds
    if (!lag.isKnown) throw new Error('the relay has not answered yet')
    if (lag.seconds > MAX_LAG_SECONDS) throw new Error(`the relay is ${lag.seconds} s behind`)
  }
  const [known, seeds, lag] = await Promise.all([dependencies(call), check('seed data', seedData), check('event relay', relay)])
  const checks = { ...known, seedData: seeds, relayLag: { ...lag, lagSeconds } }
  const ready = allOk(checks)
  call.answer.status = ready ? 200 : 503
  return { status: ready ? ('ready' as const) : ('not ready' as const), timestamp: call.now, checks }
})
