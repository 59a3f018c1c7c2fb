import type { Ports } from '../types.ts'

/**
 * Puts this machine's addresses in the place of AWS's in every text within the value: the issuer and the hosted login of a
 * user pool, and the endpoint of an API. Applied to resolved values only, so that templates may build these addresses as they like.
 */
export function withLocalUrls<T>(value: T, region: string, ports: Ports): T {
  const hosts: [RegExp, string][] = [
    [new RegExp(`https://cognito-idp\\.${region}\\.amazonaws\\.com(?=/|$)`, 'g'), `http://localhost:${ports.login}`],
    [new RegExp(`https://[a-z0-9-]+\\.auth\\.${region}\\.amazoncognito\\.com`, 'g'), `http://localhost:${ports.login}`],
    [new RegExp(`https://[a-z0-9]+\\.execute-api\\.${region}\\.amazonaws\\.com`, 'g'), `http://localhost:${ports.api}`],
  ]
  const rewrite = (text: string) => hosts.reduce((result, [host, local]) => result.replace(host, local), text)
  return mapStrings(value, rewrite) as T
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]))
}
