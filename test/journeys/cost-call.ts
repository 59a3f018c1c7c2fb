import type { Answer } from '../../client/call.ts'

/** One successful call of every endpoint: each makes what it needs, then gives the call itself, so that nothing else is measured. */
export type Prepared = () => Promise<Answer<unknown>>
export type Prepare = () => Promise<Prepared>
