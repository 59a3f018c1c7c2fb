import { type Granter, requireHeld } from '../../shared/serve/granting.ts'

/** A role holds wherever it was given, so what it gives is held in the whole organization by whoever changes that. Throws `FORBIDDEN`. */
export const requireHeldEverywhere = (granter: Granter, permissions: readonly string[], what: string): Promise<void> =>
  requireHeld(
    granter,
    permissions.map((permission) => ({ permission, scope: { type: 'organization' } })),
    `Nobody can ${what} permissions that they do not hold in the whole organization.`,
  )
