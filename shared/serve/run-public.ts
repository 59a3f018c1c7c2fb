import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda'
import { config } from '../config.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Problem } from '../errors.ts'
import { ipRateKey } from '../store/keys.ts'
import { tableFor } from '../store/table.ts'
import { openTenant } from '../store/tenant.ts'
import type { Base, PublicCall } from './call.ts'
import { callerOf } from './caller.ts'
import { countCall, limitHeaders } from './limit.ts'
import { metadataOf } from './metadata.ts'

/** A call that takes no token: counted per IP address; reaches look-ups, and tenants only through them. Some routes take who sends one nonetheless. */
export async function runPublic(
  contract: Endpoint & { public: string },
  base: Base,
  invalid: Problem | undefined,
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
  handler: (call: unknown) => unknown,
): Promise<unknown> {
  const lookups = tableFor(undefined, base.meter)
  const { ip } = base.client
  const perMinute = contract.limitPerMinute ?? config.ipLimitPerMinute
  const limit = { caller: ip, perMinute, key: (window: string) => ipRateKey(ip, window), table: lookups }
  Object.assign(base.answer.headers, limitHeaders(await countCall(limit, Date.parse(base.now))))
  if (invalid) throw invalid
  const enter: PublicCall<Endpoint>['enter'] = (id, actor = { id: 'anonymous', kind: 'anonymous' }) =>
    openTenant({ id, meter: base.meter, now: base.now, metadata: metadataOf(contract, base, actor) })
  const caller = 'signedIn' in contract ? await callerOf(base, event, lookups, enter) : undefined
  return handler({ ...base, lookups, enter, ...(caller ? { caller } : {}) })
}
