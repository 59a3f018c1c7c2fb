import { passwordChanged, passwordResetFailed } from '../../events/identity.ts'
import { Problem, problem } from '../../shared/errors.ts'
import { judgeCode, type ResetLink, stillThis } from '../../shared/identity/codes.ts'
import { findLogin, requireHolder } from '../../shared/identity/login-store.ts'
import type { Login } from '../../shared/identity/person.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { cancelRequest } from '../../shared/identity/recovery-request.ts'
import { setPassword } from '../../shared/identity-provider.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { attemptsKey, linkKey, resetKey } from '../../shared/store/keys.ts'
import { check, remove, signal, strip, type Write } from '../../shared/store/writes.ts'
import { hashOf, mailHash } from '../../shared/tokens.ts'
import { actorIn } from './actor.ts'
import { resetPassword } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { holding } from './holding.ts'
import { leaveTrace } from './trace.ts'

type Resetting = PublicCall<typeof resetPassword>

/** Whose password it is, and what the proof of that leaves behind. */
interface Proven {
  personId: string
  organizationId: string
  hash: string
  used: Write[]
  /** What has to hold still when the password is set: the proof, and whose address it is. */
  grounds: Write[]
}

/** A wrong code leaves its trace where the person belongs, if anybody has the address. */
async function refuse(call: Resetting, hash: string, login: Login | undefined, refusal: Problem): Promise<never> {
  const userId = login?.personId ?? ''
  await leaveTrace(call, hash, login, { event: passwordResetFailed, data: { userId, reason: refusal.code } })
  throw refusal
}

async function byCode(call: Resetting, email: string, code: string): Promise<Proven> {
  const hash = mailHash(email)
  const login = await findLogin(call.lookups, email)
  const owner = login?.personId ?? ''
  const stored = await judgeCode(call.lookups, { key: resetKey(hash), code, owner, countedFor: hash, now: call.now }).catch((error) => {
    if (error instanceof Problem && error.status < 500) return refuse(call, hash, login, error)
    throw error
  })
  if (!login || !stored) return refuse(call, hash, login, problem('INVALID_CODE'))
  const grounds = [check(resetKey(hash), stillThis(stored), 'INVALID_CODE'), requireHolder(hash, owner, 'INVALID_CODE')]
  const used = [remove(resetKey(hash), stillThis(stored), 'INVALID_CODE')]
  return { personId: owner, organizationId: login.organizationId, hash, used, grounds }
}

/** No wrong guess ends a link: its token has 256 random bits. */
async function byLink({ lookups, now }: Resetting, token: string): Promise<Proven> {
  const [item] = await lookups.read([linkKey('reset', hashOf(token))])
  const link = item && strip<ResetLink>(item)
  if (link?.kind !== 'reset' || link.expiresAt <= now) throw problem('LINK_EXPIRED')
  const hash = mailHash(link.email)
  const [person, login, [code]] = await Promise.all([
    findPerson(lookups, link.personId),
    findLogin(lookups, link.email),
    lookups.read([resetKey(hash)]),
  ])
  // It was mailed to an address, which proves nothing once the person has another; and it ends with its code, or when another is mailed.
  if (!person || !login || login.personId !== link.personId || code?.tokenHash !== hashOf(token)) throw problem('LINK_EXPIRED')
  const key = linkKey('reset', hashOf(token))
  const stands = { expression: 'attribute_exists(pk)' }
  const grounds = [check(key, stands, 'LINK_EXPIRED'), requireHolder(hash, person.id, 'LINK_EXPIRED')]
  const used = [remove(key, stands, 'LINK_EXPIRED'), remove(resetKey(hash))]
  return { personId: person.id, organizationId: login.organizationId, hash, used, grounds }
}

export const handler = serve(resetPassword, async (call) => {
  const { body, lookups, meter, now } = call
  const { personId, organizationId, hash, used, grounds } =
    'token' in body ? await byLink(call, body.token) : await byCode(call, body.email, body.code)
  const changed = signal({ event: passwordChanged, aggregate: { type: 'user', id: personId }, data: { userId: personId, how: 'reset' } })
  await holding(call, personId, grounds, async () => {
    const [actor] = await Promise.all([
      actorIn(call, organizationId, personId),
      setPassword(meter, personId, body.newPassword, 'newPassword'),
    ])
    const open = (id: string) => call.enter(id, actor)
    await endEverywhere({
      personId,
      reason: 'password was reset',
      now,
      meter,
      lookups,
      tenant: open(organizationId),
      open,
      person: (at) => ({ passwordChangedAt: at }),
      alongside: [...used, remove(attemptsKey(hash)), cancelRequest(personId), changed],
    })
  })
  return undefined
})
