import type * as z from 'zod'
import type { ApiKey } from './api-key.ts'
import type { ApiKey as Shown } from './contract.ts'

/** A key as whoever may read it sees it: of its secret no more than the hint. */
export const toKey = ({ firstName, makerId, retiring, ...key }: ApiKey, { now }: { now: string }): z.input<typeof Shown> =>
  ({
    ...key,
    name: firstName,
    createdBy: makerId,
    oldSecretEndsAt: retiring && retiring.until > now ? retiring.until : null,
  }) as z.input<typeof Shown>
