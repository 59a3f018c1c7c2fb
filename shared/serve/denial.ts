import type { Environment, Resource } from '../access/model.ts'
import { openCursor, sealCursor } from '../store/cursor.ts'

/** What was asked and refused: whoever holds the reference that came with the refusal may ask why. */
export interface Denied {
  permission: string
  /** Absent where it was about the organization as a whole. */
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

/** Sealed rather than stored: a refusal costs no write, and the reference opens to nobody but whom was refused. */
export const referenceTo = (denied: Denied, holder: Holder): string => sealCursor(binding(holder), denied)

/** Throws `INVALID_CURSOR` for a reference that is not this caller's, here. */
export const openReference = (reference: string, holder: Holder): Denied => openCursor<Denied>(binding(holder), reference)
