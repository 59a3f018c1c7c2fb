import { systemPolicy } from '../../shared/access/system-roles.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { isProblem, type ProblemKind } from '../../shared/errors.ts'
import { takeMail } from '../../shared/identity/login-store.ts'
import { addPerson, findPerson, requireNobody } from '../../shared/identity/person-store.ts'
import { createIdentity, deleteIdentity } from '../../shared/identity-provider.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { registrationKey } from '../../shared/store/keys.ts'
import type { Tenant } from '../../shared/store/tenant.ts'
import type { Write } from '../../shared/store/writes.ts'
import { SLUG_TAKEN, toOrganization } from '../organizations/door.ts'
import { register, toUser } from '../users/door.ts'
import { foundedBy, founderRole, underSlug } from './founding.ts'
import { holding } from './holding.ts'
import type { Registration } from './registration.ts'
import { dropRegistration } from './registration-store.ts'

export interface Proof {
  registration: Registration
  password: string
  /** Uses the registration up; fails when it is used already. */
  use: Write[]
}

type Proving = Pick<PublicCall<Endpoint>, 'enter' | 'lookups' | 'meter' | 'now' | 'answer'>

/** Everything that a registration brings into being, under this slug, once the address is proven. */
function beginnings({ registration, use }: Proof, slug: string, at: string) {
  const { userId: id, organizationId, email, firstName, lastName, locale, wanted } = registration
  const user = register({ id, organizationId, email, firstName, lastName, locale, roleIds: [founderRole(wanted)], by: id, at })
  const { organization, writes } = foundedBy(user, wanted, slug)
  const place = { homeOrganizationId: organizationId, defaultOrganizationId: organizationId }
  const person = [
    takeMail(email, { personId: id, organizationId, epoch: 1 }, at),
    addPerson({ id, email, ...place, elsewhere: 0, epoch: 1 }),
  ]
  return { organization, user: user.after, writes: [...use, ...person, ...writes] }
}

/** The address or the short name is somebody else's for good, so this registration leads nowhere. */
const isHopeless = (error: unknown) => isProblem(error, 'EMAIL_TAKEN', SLUG_TAKEN)

/**
 * Leaves nobody at Cognito for whom there will never be a person. Only whoever uses the registration up makes the person, so once it is
 * gone and there is none, there never will be; while it waits, the proof can be repeated.
 */
async function cleanUp({ lookups, meter }: Proving, tenant: Tenant, registration: Registration, error: unknown): Promise<void> {
  if (isHopeless(error)) await tenant.note(dropRegistration(registration))
  const [waiting] = await lookups.read([registrationKey(registration.id)])
  if (waiting || (await findPerson(lookups, registration.userId))) return
  await deleteIdentity(meter, registration.userId)
}

/** Cognito first, then one transaction: repeated after a crash in between, it finds the same ids and goes on. */
export const completeRegistration = (call: Proving, proof: Proof, conflict: ProblemKind) => {
  const { userId } = proof.registration
  // The password of whoever proves the address first is the one that stays.
  return holding(call, userId, [requireNobody(userId, conflict)], () => complete(call, proof))
}

async function complete(call: Proving, proof: Proof) {
  const { registration, password } = proof
  const { userId, organizationId, firstName, lastName, wanted } = registration
  await createIdentity(call.meter, userId, password)
  const tenant = call.enter(organizationId, { id: userId, kind: 'member', name: `${firstName} ${lastName}` })
  try {
    const reply = await underSlug(wanted, organizationId, false, async (slug) => {
      const { writes, organization, user } = beginnings(proof, slug, call.now)
      await tenant.commit(writes)
      return { organization: toOrganization(organization, call), user: toUser(user, { policy: systemPolicy }) }
    })
    call.answer.headers.location = '/api/v1/organization'
    return reply
  } catch (error) {
    // What would stay is inert: nobody signs in without a person.
    await cleanUp(call, tenant, registration, error).catch(() => undefined)
    throw error
  }
}
