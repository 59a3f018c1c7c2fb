import type { Endpoint } from '../../shared/endpoint.ts'
import { problem } from '../../shared/errors.ts'
import type { Asking } from './facts.ts'
import { cursorsOf } from './paging.ts'

/** Pages as the Search APIs of OpenID AuthZEN 1.0 have them. */

const [USUAL, MOST] = [20, 100]

interface Asked {
  page?: { token?: string | undefined; limit?: number | undefined } | undefined
}

interface At<P> {
  limit: number
  place?: P | undefined
}

/** One page of a search, which goes on by a token as long as nothing else is asked for. */
export async function searched<P, R>(
  contract: Endpoint,
  call: Asking,
  { page = {}, ...asked }: Asked,
  search: (at: At<P>) => Promise<{ results: R[]; place: P | null | undefined }>,
): Promise<{ page: { next_token: string; count: number }; results: R[] }> {
  const cursors = cursorsOf(contract, call, asked)
  const before = cursors.open<At<P>>(page.token || undefined)
  const limit = Math.min(page.limit ?? before?.limit ?? USUAL, MOST)
  if (before && before.limit !== limit)
    throw problem('VALIDATION_ERROR', { details: { 'page.limit': 'Must be the same as on the page before' } })
  if (limit === 0) return { page: { next_token: cursors.seal({ limit, place: before?.place }) ?? '', count: 0 }, results: [] }
  const { results, place } = await search({ limit, place: before?.place })
  const token = place === undefined || place === null ? null : cursors.seal({ limit, place })
  return { page: { next_token: token ?? '', count: results.length }, results }
}
