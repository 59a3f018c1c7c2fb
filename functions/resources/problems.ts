import { problemType } from '../../shared/errors.ts'

/** What is refused about an organization's own types and things, beyond the kernel's failures. */

export const TYPE_TAKEN = problemType(
  'TYPE_TAKEN',
  409,
  'There is such a type already, here or in the product itself. Choose another name.',
)
export const TYPE_UNKNOWN = problemType(
  'TYPE_UNKNOWN',
  400,
  'There is no such type here. Register it first: POST /api/v1/access/resource-types.',
)
export const RESOURCE_EXISTS = problemType('RESOURCE_EXISTS', 409, 'There is a thing of this type by this key already. Change it instead.')
