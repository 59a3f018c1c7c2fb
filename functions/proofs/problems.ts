import { problemType } from '../../shared/errors.ts'

/** What is refused about proofs, beyond the kernel's failures. */

export const NOT_SEALED_YET = problemType('NOT_SEALED_YET', 409, 'This is not sealed yet, which takes up to a minute. Ask again then.')
export const TREE_TOO_SMALL = problemType(
  'TREE_TOO_SMALL',
  400,
  'The tree did not reach so far. Ask for a size between the two, or for none to get the latest.',
)
