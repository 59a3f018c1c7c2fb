import { passwordChanged, passwordResetFailed } from '../../events/identity.ts'
import { Problem, problem } from '../../shared/errors.ts'
import { setPassword } from '../../shared/identity-provider.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { attemptsKey, resetKey, tokenKey } from '../../shared/store/keys.ts'
import { remove, signal, strip, type Write } from '../../shared/store/writes.ts'
import { hashOf, mailHash } from '../../shared/tokens.ts'
import { judgeCode, type ResetLink, stillThis } from './codes.ts'
import { resetPassword } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import type { Login } from './person.ts'
import { findLogin, findPerson } from './person-store.ts'
import { leaveTrace } from './trace.ts'

type Resetting = PublicCall<typeof resetPassword>

/** Whose password it is, and what the proof of that leaves behind. */
interface Proven {
  personId: string
  organizationId: string
  hash: string
  used: Write[]
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
  const stored = await judgeCode(call.lookups, { key: resetKey(hash), code, owner, mailHash: hash, now: call.now }).catch((error) => {
    if (error instanceof Problem && error.status < 500) return refuse(call, hash, login, error)
    throw error
  })
  if (!login || !stored) return refuse(call, hash, login, problem('INVALID_CODE'))
  const used = [remove(resetKey(hash), stillThis(stored), 'INVALID_CODE')]
  return { personId: login.personId, organizationId: login.organizationId, hash, used }
}

/** No wrong guess ends a link: its token has 256 random bits. */
async function byLink({ lookups, now }: Resetting, token: string): Promise<Proven> {
  const [item] = await lookups.read([tokenKey(hashOf(token))])
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
  const used = [remove(tokenKey(hashOf(token)), { expression: 'attribute_exists(pk)' }, 'LINK_EXPIRED'), remove(resetKey(hash))]
  return { personId: person.id, organizationId: login.organizationId, hash, used }
}

export const handler = serve(resetPassword, async (call) => {
  const { body, lookups, meter, now } = call
  const { personId, organizationId, hash, used } =
    'token' in body ? await byLink(call, body.token) : await byCode(call, body.email, body.code)
  await setPassword(meter, personId, body.newPassword, 'newPassword')
  const open = (id: string) => call.enter(id, { id: personId, kind: 'member' })
  const changed = signal({ event: passwordChanged, aggregate: { type: 'user', id: personId }, data: { userId: personId, how: 'reset' } })
  const alongside = [...used, remove(attemptsKey(hash)), changed]
  await endEverywhere({ personId, reason: 'password was reset', now, meter, lookups, tenant: open(organizationId), open, alongside })
  return undefined
})
