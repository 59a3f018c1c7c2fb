import { mailChangeUndone, mfaDisabled } from '../../events/identity.ts'
import { isProblem, problem } from '../../shared/errors.ts'
import { homeAt, homeBefore } from '../../shared/identity/home-store.ts'
import { isTheirs, readLogins, requireHolder } from '../../shared/identity/login-store.ts'
import type { Login, Person } from '../../shared/identity/person.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { setTotp } from '../../shared/identity-challenges.ts'
import { invalidatePassword } from '../../shared/identity-provider.ts'
import type { PublicCall } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { attemptsKey, enrolmentKey, linkKey } from '../../shared/store/keys.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { remove, signal, strip, type Write } from '../../shared/store/writes.ts'
import { hashOf, mailHash } from '../../shared/tokens.ts'
import { actorIn } from './actor.ts'
import { undoEmailChange } from './contract.ts'
import { endEverywhere } from './end-everywhere.ts'
import { holding } from './holding.ts'
import { dropMailCode, isVoid, requireUndo, type UndoLink, undoneWith, useUndo } from './mail-change.ts'
import { dropFactor, dropRecovery } from './second-factor-store.ts'

interface Undoing {
  link: UndoLink
  person: Person
  /** The address that they have now. */
  login: Login
}

async function readUndo({ lookups, now, body }: PublicCall<typeof undoEmailChange>): Promise<Undoing> {
  const [item] = await lookups.read([linkKey('mail-undo', hashOf(body.token))])
  const link = item && strip<UndoLink>(item)
  if (link?.kind !== 'mail-undo' || link.expiresAt <= now) throw problem('LINK_EXPIRED')
  const person = await findPerson(lookups, link.personId)
  const [login, old] = person ? await readLogins(lookups, person.email, link.oldEmail) : []
  // Asked before the password is voided, and again in the transaction.
  if (!person || !login || !isTheirs(old, person.id, now) || isVoid(link, person)) throw problem('LINK_EXPIRED')
  return { link, person, login }
}

/** Whatever whoever took the account over may have planted goes with it. */
const uproot = (personId: string, oldEmail: string): Write[] => [
  ...dropFactor(personId),
  remove(enrolmentKey(personId)),
  dropRecovery(personId),
  dropMailCode(personId),
  remove(attemptsKey(mailHash(oldEmail))),
]

function eventsOf({ link, person }: Undoing): Write[] {
  const { id: userId } = person
  const aggregate = { type: 'user', id: userId }
  const undone = signal({ event: mailChangeUndone, aggregate, data: { userId, email: link.oldEmail, undoneEmail: person.email } })
  return [undone, ...(person.mfaEnabled ? [signal({ event: mfaDisabled, aggregate, data: { userId, how: 'undone' } })] : [])]
}

/** The address was never theirs, or somebody else has proven it since: the link cannot give it to them. */
const expiredAs = (error: unknown) => (isProblem(error, 'EMAIL_TAKEN') ? problem('LINK_EXPIRED', { cause: error }) : error)

/**
 * The password goes first and Cognito's factor last, so that a stop in between leaves the account closed; until the transaction the link
 * goes on where it broke off, and afterwards a reaction does.
 */
async function undo(call: PublicCall<typeof undoEmailChange>, undoing: Undoing): Promise<void> {
  const { lookups, meter, now, body } = call
  const { link, person, login } = undoing
  const personId = person.id
  const [actor, home] = await Promise.all([
    actorIn(call, login.organizationId, personId),
    homeBefore(lookups, person, link.changedAt),
    invalidatePassword(meter, personId),
  ])
  const open = (organizationId: string) => call.enter(organizationId, actor)
  await endEverywhere({
    personId,
    reason: 'change of mail address was undone',
    now,
    meter,
    lookups,
    tenant: open(login.organizationId),
    open,
    nextEmail: link.oldEmail,
    isTakenBack: true,
    person: (at, current) => ({
      ...(home ? homeAt(current, home) : {}),
      approvalsVoidAt: at,
      mailUndo: undoneWith(person, link, at),
      passwordChangedAt: at,
      mfaEnabled: false,
    }),
    alongside: [useUndo(body.token), ...uproot(personId, link.oldEmail), ...eventsOf(undoing)],
  }).catch((error) => {
    throw expiredAs(error)
  })
  await setTotp(meter, personId, false)
}

export const handler = serve(undoEmailChange, (call) =>
  retryConflicts(async () => {
    const undoing = await readUndo(call)
    const { id, email } = undoing.person
    // Whoever changes the password at the same moment is done, or will be refused: however often they do, it holds nothing up.
    const grounds = [requireHolder(mailHash(email), id, 'VERSION_CONFLICT'), requireUndo(call.body.token)]
    await holding(call, id, grounds, () => undo(call, undoing))
    return undefined
  }),
)
