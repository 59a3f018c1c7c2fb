import type { Environment, Resource } from '../access/model.ts'
import { problem } from '../errors.ts'
import { openCursor, sealCursor } from '../store/cursor.ts'

/** What was asked and refused: whoever holds the reference that came with the refusal may ask why. */
export interface Denied {
  permission: string
  /**
   * As the request named it, whether or not it is there: neither what a reference says nor how long it is tells that. Absent where it was about
   * the organization as a whole.
   */
  resource?: Resource
  environment: Environment
  at: string
}

interface Holder {
  organization: { id: string; cursorKey: string }
  principal: { id: string }
}

const binding = ({ organization, principal }: Holder) => ({
  key: organization.cursorKey,
  tenant: organization.id,
  list: `denial#${principal.id}`,
})

const PREFIX = 'dny_'

/** Sealed rather than stored: a refusal costs no write, and the reference opens to nobody but whom was refused. */
export const referenceTo = (denied: Denied, holder: Holder): string => PREFIX + sealCursor(binding(holder), denied)

/** Throws `NOT_FOUND` for a reference that is not this caller's, here. */
export function openReference(reference: string, holder: Holder): Denied {
  try {
    return openCursor<Denied>(binding(holder), reference.slice(PREFIX.length))
  } catch (error) {
    throw problem('NOT_FOUND', { cause: error })
  }
}
