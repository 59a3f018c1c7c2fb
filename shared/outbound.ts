import { lookup } from 'node:dns/promises'
import { config } from './config.ts'
import { isLoopbackAddress, isPublicAddress } from './outbound-address.ts'
import { callUnder, type OutboundAnswer, type OutboundLimits, type OutboundRequest, type OutboundRules } from './outbound-call.ts'

export { type OutboundAnswer, type OutboundLimits, type OutboundRequest, Refused } from './outbound-call.ts'

/** The only way out to addresses that somebody typed in: webhooks, connectors, feeds. A test keeps every other file from calling any. */

const PUBLIC: OutboundRules = {
  resolve: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  isAllowed: isPublicAddress,
  allowHttp: false,
}

/** Of the stage on this machine, where what is called may run beside the product. */
const LOOPBACK: OutboundRules = {
  ...PUBLIC,
  isAllowed: (address) => isPublicAddress(address) || isLoopbackAddress(address),
  allowHttp: true,
}

/**
 * Calls an address that somebody gave: over https, on the public internet, after redirects too, within limits of size and time.
 * Throws `Refused`. Any status is an answer. What the local stage allows besides is said by its template, never by who calls.
 */
export const outbound = (url: string, request: OutboundRequest = {}, limits: Partial<OutboundLimits> = {}): Promise<OutboundAnswer> =>
  callUnder(config.outboundToLoopback ? LOOPBACK : PUBLIC, url, request, limits)
