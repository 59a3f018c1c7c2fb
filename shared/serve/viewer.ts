import { timingSafeEqual } from 'node:crypto'

/** Which the distribution adds to every request, with a secret that only it and the functions know. */
export const ORIGIN_HEADER = 'x-tessera-origin'

type Headers = Record<string, string | undefined>

function isSame(given: string, secret: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(secret)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/**
 * Who called. Of a request by the distribution the gateway sees the edge's address; the viewer's is the last but one of
 * `X-Forwarded-For`, for CloudFront and the gateway each add the address that they saw, behind whatever the caller claims. Of any other
 * request the header proves nothing.
 */
export function viewerAddress(headers: Headers, sourceIp: string, secret: string | undefined): string {
  const given = headers[ORIGIN_HEADER]
  if (!secret || !given || !isSame(given, secret)) return sourceIp
  return headers['x-forwarded-for']?.split(',').at(-2)?.trim() || sourceIp
}
