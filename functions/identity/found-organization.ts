import { systemPolicy } from '../../shared/access/system-roles.ts'
import { config } from '../../shared/config.ts'
import { problem } from '../../shared/errors.ts'
import { countFounded } from '../../shared/identity/home-store.ts'
import type { Person } from '../../shared/identity/person.ts'
import { newId } from '../../shared/ids.ts'
import { serve } from '../../shared/serve/serve.ts'
import { personKey, slugKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { SLUG_TAKEN, TOO_MANY_ORGANIZATIONS } from '../organizations/door.ts'
import { registerAgain, toUser } from '../users/door.ts'
import { foundOrganization } from './contract.ts'
import { foundedBy, founderRole, slugFor, underSlug } from './founding.ts'
import { REGISTRATION_CLOSED } from './problems.ts'

const MOST_FOUNDED = 10

function requireFounder(person: Person | undefined): Person {
  if (config.registration === 'invited') throw problem(REGISTRATION_CLOSED)
  if (!person) throw problem('NOT_FOUND')
  if ((person.founded ?? 0) >= MOST_FOUNDED) throw problem(TOO_MANY_ORGANIZATIONS)
  return person
}

export const handler = serve(foundOrganization, (call) => {
  const { body, principal, lookups, now, answer } = call
  const id = newId('org', Date.parse(now))
  return retryConflicts(async () => {
    const [item, taken] = await lookups.read([personKey(principal.id), slugKey(slugFor(body, id))])
    const { founded = 0, email, mfaEnabled = false } = requireFounder(item as Person | undefined)
    if (taken && body.slug) throw problem(SLUG_TAKEN)
    const { id: userId, firstName, lastName, locale } = principal
    const who = { id: userId, organizationId: id, email, firstName, lastName, locale, roleIds: [founderRole(body)], by: userId, at: now }
    const user = registerAgain(who, mfaEnabled)
    const organization = await underSlug(body, id, taken !== undefined, async (slug) => {
      const { organization, writes } = foundedBy(user, body, slug)
      await call.enter(id).commit([countFounded(userId, founded), ...writes])
      return organization
    })
    answer.headers.location = '/api/v1/organization'
    return { organization, user: toUser(user.after, { policy: systemPolicy }) }
  })
})
