import { narrowest } from '../../shared/access/explain.ts'
import type { Resource, Scope } from '../../shared/access/model.ts'
import { problem } from '../../shared/errors.ts'
import type { Call } from '../../shared/serve/call.ts'
import { openReference } from '../../shared/serve/denial.ts'
import { daysAfter, LONGEST_DAYS } from './access-request.ts'
import type { createAccessRequest } from './contract.ts'
import { ALREADY_ALLOWED } from './problems.ts'

type Asking = Pick<Call<typeof createAccessRequest>, 'body' | 'organization' | 'principal' | 'access' | 'now'>

const invalid = (details: Record<string, string>) => problem('VALIDATION_ERROR', { details })

/** A moment to come, and not too far away. Throws `VALIDATION_ERROR` under the field's name. */
export function requireMoment(field: string, moment: string | undefined, now: string): void {
  if (moment === undefined) return
  if (moment <= now) throw invalid({ [field]: 'Must be in the future' })
  if (moment > daysAfter(now, LONGEST_DAYS)) throw invalid({ [field]: `Must be at most ${LONGEST_DAYS} days from now` })
}

interface Wanted {
  permission: string
  scope: Scope
}

/** What is asked for: as a refusal says, or the body itself. */
export function wantedOf({ body, ...holder }: Asking): Wanted {
  const { reference, permission, scope, resource } = body
  if (reference) {
    if (permission || scope || resource) throw invalid({ reference: 'Says all of it: leave out permission, scope and resource' })
    const denied = openReference(reference, holder)
    return { permission: denied.permission, scope: narrowest(denied.resource) }
  }
  if (!permission) throw invalid({ permission: 'Required, or a reference' })
  if (permission.includes('*')) throw invalid({ permission: 'Must be one permission: what holds for all is a matter of roles' })
  if (scope && resource) throw invalid({ scope: 'Say a scope or a resource' })
  return { permission, scope: scope ?? narrowest(resource as Resource | undefined) }
}

/** Something that lies in the scope, and nowhere narrower. */
function within(scope: Scope): Resource | undefined {
  if (scope.type === 'organization') return undefined
  if (scope.type === 'resource') return { type: scope.resourceType, id: scope.id }
  return scope.type === 'unit' ? { type: 'any', unitId: scope.id } : { type: 'any', groupIds: [scope.id] }
}

/** Throws `NOT_FOUND` for a unit or a group that is not here, and `ALREADY_ALLOWED`. */
export async function requireWanting({ access }: Asking, { permission, scope }: Wanted): Promise<void> {
  const isThere = await access.ask(({ unit, group }) => {
    if (scope.type === 'unit') return unit?.(scope.id) !== undefined
    return scope.type !== 'group' || group?.(scope.id) !== undefined
  })
  if (!isThere) throw problem('NOT_FOUND')
  if (await access.allowed(permission, within(scope))) throw problem(ALREADY_ALLOWED)
}
