import { loginFailed, loginLocked } from '../../events/identity.ts'
import { isProblem, type Problem, type ProblemKind } from '../../shared/errors.ts'
import { holderOf } from '../../shared/identity/login-store.ts'
import type { Login } from '../../shared/identity/person.ts'
import type { Session } from '../../shared/identity/session.ts'
import { attemptsKey, deviceKey, type Key, loginKey } from '../../shared/store/keys.ts'
import { strip } from '../../shared/store/stored-item.ts'
import type { Item } from '../../shared/store/table.ts'
import { hashOf, mailHash } from '../../shared/tokens.ts'
import { type Attempts, countFailure, releaseTry, reserveTry } from './attempts.ts'
import type { KnownDevice } from './devices.ts'
import { leaveTrace, type SignInCall } from './trace.ts'

/** The mail address somebody signs in with: who has it, if anybody, and the try that is reserved for them. */
export interface Address {
  hash: string
  holder: Login | undefined
  /** Where this try is counted: of the address, of a device that signed in with it before, or of a session. */
  counter: Key
  attempts: Attempts
  /** The device, where it showed that it signed in before. */
  knownDevice: string | undefined
  /** The session, where somebody signed in proves themselves. */
  sessionId?: string
}

/** A token from before the credentials changed may be in the hands of whoever they were changed against. */
function deviceOf(item: Item | undefined, holder: Login | undefined, hash: string): string | undefined {
  const known = item && strip<KnownDevice>(item)
  return known && known.personId === holder?.personId && known.epoch === holder.epoch ? hash : undefined
}

/** Who has an address, and whether this device signed in with it before. */
export async function readHolder({ lookups }: Pick<SignInCall, 'lookups'>, email: string, deviceToken?: string) {
  const deviceHash = deviceToken === undefined ? undefined : hashOf(deviceToken)
  const [login, device] = await lookups.read([loginKey(mailHash(email)), ...(deviceHash ? [deviceKey(deviceHash)] : [])])
  const holder = holderOf(login)
  return { holder, knownDevice: deviceOf(device, holder, deviceHash ?? '') }
}

/**
 * Looks an address up and reserves a try at it, with the same calls whether or not it is known. A device that signed in before counts
 * for itself, so that strangers cannot shut it out. Throws `ACCOUNT_LOCKED` while failures lock the address, and notes it once a minute.
 */
export async function readAddress(call: SignInCall, email: string, deviceToken?: string): Promise<Address> {
  const hash = mailHash(email)
  const deviceHash = deviceToken === undefined ? undefined : hashOf(deviceToken)
  const reading = call.lookups.read([loginKey(hash), ...(deviceHash ? [deviceKey(deviceHash)] : [])])
  const known = deviceHash === undefined ? undefined : await reading
  const knownDevice = known && deviceOf(known[1], holderOf(known[0]), deviceHash ?? '')
  return reserve(call, reading, { hash, counter: attemptsKey(hash, knownDevice), knownDevice })
}

/**
 * The same for somebody signed in. Their session counts for itself: no stranger shuts it out, and whoever stole it guesses no further than
 * five times. Throws `ACCOUNT_LOCKED` while failures lock the session.
 */
export function readOwnAddress(call: SignInCall & { session: Pick<Session, 'id'> }, email: string): Promise<Address> {
  const hash = mailHash(email)
  const sessionId = call.session.id
  const reading = call.lookups.read([loginKey(hash)])
  return reserve(call, reading, { hash, counter: attemptsKey(hash, sessionId), knownDevice: undefined, sessionId })
}

type TryTarget = Omit<Address, 'holder' | 'attempts'>

/** Throws `ACCOUNT_LOCKED`, and notes it once a minute. */
async function reserve(call: SignInCall, reading: Promise<(Item | undefined)[]>, target: TryTarget): Promise<Address> {
  const reserving = reserveTry(call.lookups, target.counter, call.now, target.sessionId ? 'proofs' : 'sign-ins')
  const [items, reserved] = await Promise.allSettled([reading, reserving])
  if (items.status === 'rejected') throw items.reason
  const holder = holderOf(items.value[0])
  if (reserved.status === 'fulfilled') return { ...target, holder, attempts: reserved.value }
  const refusal = reserved.reason as Problem
  const fold = `${target.counter.pk}#locked#${call.now.slice(0, 16)}`
  if (isProblem(refusal, 'ACCOUNT_LOCKED')) await noteRefusal(call, { hash: target.hash, holder }, refusal, fold)
  throw refusal
}

const noteRefusal = (call: SignInCall, { hash, holder }: Pick<Address, 'hash' | 'holder'>, { code }: Problem, fold?: string) => {
  const data = { userId: holder?.personId ?? '', reason: code }
  return leaveTrace(call, hash, holder, { event: loginFailed, data, ...(fold ? { fold } : {}) })
}

/** What may be guessed. */
const GUESSES: ProblemKind[] = ['INVALID_CREDENTIALS', 'INVALID_CODE']

async function count(call: SignInCall, { hash, holder, counter, sessionId }: Address): Promise<void> {
  const until = await countFailure(call.lookups, counter, call.now)
  if (!until) return
  const data = { userId: holder?.personId ?? '', until, ...(sessionId ? { sessionId } : {}) }
  await leaveTrace(call, hash, holder, { event: loginLocked, data })
}

/** The try was no guess, or a right one that leads to a further step. */
export const release = (call: Pick<SignInCall, 'lookups'>, { counter }: Address) => releaseTry(call.lookups, counter)

/** Counts a try that was refused: only a wrong password or code stays counted, and the one that locks is told apart. */
export const recordRefusal = (call: SignInCall, address: Address, refusal: Problem): Promise<void> =>
  isProblem(refusal, ...GUESSES) ? count(call, address) : release(call, address)

/** Notes why a sign-in is refused, with the same calls whether or not the address is known. */
export async function refuse(call: SignInCall, address: Address, refusal: Problem): Promise<never> {
  await Promise.all([noteRefusal(call, address, refusal), recordRefusal(call, address, refusal)])
  throw refusal
}
