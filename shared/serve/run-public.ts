import { config } from '../config.ts'
import type { Endpoint } from '../endpoint.ts'
import { isProblem, problem } from '../errors.ts'
import { ipRateKey } from '../store/keys.ts'
import { tableFor } from '../store/table.ts'
import { openTenant } from '../store/tenant.ts'
import type { PublicCall, PublicRequest } from './call.ts'
import { callerOf } from './caller.ts'
import { countCall, limitHeaders } from './limit.ts'
import { metadataOf } from './metadata.ts'

/** A call that takes no token: counted per IP address; reaches look-ups, and tenants only through them. Some routes take who sends one nonetheless. */
export async function runPublic(request: PublicRequest, handler: (call: unknown) => unknown): Promise<unknown> {
  const { contract, base, event, invalid, verify } = request
  const lookups = tableFor(undefined, base.meter)
  const { ip } = base.client
  const perMinute = contract.limitPerMinute ?? config.ipLimitPerMinute
  const limit = { caller: ip, perMinute, key: (window: string) => ipRateKey(ip, window), table: lookups }
  Object.assign(base.answer.headers, limitHeaders(await countCall(limit, Date.parse(base.now))))
  // A signature is asked for neither where the path names nothing nor over more than may be sent.
  if (invalid && (!verify || isProblem(invalid, 'NOT_FOUND', 'PAYLOAD_TOO_LARGE'))) throw invalid
  const enter: PublicCall<Endpoint>['enter'] = (id, actor = { id: 'anonymous', kind: 'anonymous' }) =>
    openTenant({ id, meter: base.meter, now: base.now, metadata: metadataOf(contract, base, actor) })
  const caller = 'signedIn' in contract ? await callerOf(base, event, lookups, enter) : undefined
  const call = { ...base, lookups, enter, ...(caller ? { caller } : {}) }
  const verified = await verify?.(call)
  if (verify && verified === undefined) throw problem('INVALID_SIGNATURE')
  if (invalid) throw invalid
  return handler({ ...call, verified })
}
