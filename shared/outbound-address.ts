import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IANA's special-purpose IPv4 blocks (RFC 6890), multicast and reserved: none is a host of the public internet. */
const CLOSED_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
  ...['192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
]
/**
 * Inside 2000::/3, which alone is given to hosts: IETF protocols with Teredo, documentation, 6to4, segment routing. Forms that carry an IPv4
 * address (mapped, NAT64, 6to4, Teredo) are closed as a whole, so that none of them is a way around.
 */
const CLOSED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20']

function listOf(blocks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const block of blocks) {
    const [network = '', bits] = block.split('/')
    list.addSubnet(network, Number(bits), family)
  }
  return list
}

const closedV4 = listOf(CLOSED_V4, 'ipv4')
const closedV6 = listOf(CLOSED_V6, 'ipv6')
const hostsV6 = listOf(['2000::/3'], 'ipv6')

/** May the product connect to this address on somebody's word? Only to a public host; anything that is no address is none. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !closedV4.check(address, 'ipv4')
  return isIPv6(address) && !address.includes('%') && hostsV6.check(address, 'ipv6') && !closedV6.check(address, 'ipv6')
}

const loopbackV4 = listOf(['127.0.0.0/8'], 'ipv4')

/** Is it this machine? */
export const isLoopbackAddress = (address: string): boolean => (isIPv4(address) ? loopbackV4.check(address, 'ipv4') : address === '::1')
