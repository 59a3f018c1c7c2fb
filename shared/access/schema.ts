import * as z from 'zod'
import { Id } from '../schema.ts'

/** How access is spoken of in contracts. */

const word = /^[a-z][a-z0-9_]{0,49}$/

/** Where a grant holds: everywhere, in a unit or a group with all below it, or for one resource. */
export const Scope = z.discriminatedUnion('type', [
  z.object({ type: z.literal('organization') }),
  z.object({ type: z.literal('unit'), id: Id('unit') }),
  z.object({ type: z.literal('group'), id: Id('grp') }),
  z.object({
    type: z.literal('resource'),
    resourceType: z.string().regex(word, 'Use lower-case letters, digits and underscores, such as purchase_order'),
    id: z.string().min(1).max(128),
  }),
])
