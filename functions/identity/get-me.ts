import { permissionsHeld } from '../../shared/access/evaluate.ts'
import { effectiveStatus, type Life } from '../../shared/identity/life-cycle.ts'
import { readCards } from '../../shared/identity/membership-store.ts'
import type { OrganizationCard } from '../../shared/identity/person.ts'
import { readPersonWithCodes } from '../../shared/identity/person-store.ts'
import { viewOf } from '../../shared/identity/session.ts'
import { serve } from '../../shared/serve/serve.ts'
import { toUser, userOf } from '../users/door.ts'
import { getMe } from './contract.ts'

export const handler = serve(getMe, async ({ lookups, organization, principal, session, policy, now }) => {
  const [user, permissions] = await policy.ask((known) => [
    toUser(userOf(principal), { policy: known }),
    permissionsHeld(principal, known, now),
  ])
  const { person, memberships, backupCodesLeft } = await readPersonWithCodes(lookups, principal.id)
  const current = memberships.filter(({ userStatus }) => userStatus !== 'deleted' && userStatus !== 'invited')
  const elsewhere = current.map(({ organizationId }) => organizationId).filter((id) => id !== organization.id)
  const cards = new Map<string, Omit<OrganizationCard, 'version'>>((await readCards(lookups, elsewhere)).map((card) => [card.id, card]))
  cards.set(organization.id, organization)
  return {
    user,
    memberships: current.flatMap(({ organizationId, role }) => {
      const card = cards.get(organizationId)
      return card ? [{ organizationId, name: card.name, type: card.type, status: effectiveStatus(card as Life, now), role }] : []
    }),
    homeOrganizationId: person?.homeOrganizationId ?? organization.id,
    roles: user.roles,
    permissions,
    mfa: { enabled: person?.mfaEnabled === true, required: organization.settings.mfaRequired === true, backupCodesLeft },
    session: viewOf(session, now, session.id),
  }
})
