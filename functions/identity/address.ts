import { loginFailed, loginLocked } from '../../events/identity.ts'
import type { Code, Problem } from '../../shared/errors.ts'
import { attemptsKey, loginKey } from '../../shared/store/keys.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Attempts, assertNotLockedOut, countFailure } from './attempts.ts'
import type { Login } from './person.ts'
import { type Asking, leaveTrace } from './trace.ts'

/** The mail address somebody signs in with: who has it, if anybody, and what failed there lately. */
export interface Address {
  hash: string
  holder: Login | undefined
  attempts: Attempts | undefined
}

/** Throws `ACCOUNT_LOCKED` while the address is locked by failures, and notes it once a minute. */
export async function readAddress(call: Asking, email: string): Promise<Address> {
  const hash = mailHash(email)
  const [holder, attempts] = await call.lookups.read([loginKey(hash), attemptsKey(hash)])
  const address = { hash, holder: holder as Login | undefined, attempts: attempts as Attempts | undefined }
  try {
    assertNotLockedOut(address.attempts, call.now)
  } catch (error) {
    await noteRefusal(call, address, error as Problem, `${hash}#locked#${call.now.slice(0, 16)}`)
    throw error
  }
  return address
}

const noteRefusal = (call: Asking, { hash, holder }: Address, { code }: Problem, fold?: string) => {
  const data = { userId: holder?.personId ?? '', reason: code }
  return leaveTrace(call, hash, holder, { event: loginFailed, data, ...(fold ? { fold } : {}) })
}

/** What may be guessed. */
const GUESSES: Code[] = ['INVALID_CREDENTIALS', 'INVALID_CODE']

async function count(call: Asking, { hash, holder, attempts }: Address): Promise<void> {
  const until = await countFailure(call.lookups, hash, attempts, call.now)
  if (until) await leaveTrace(call, hash, holder, { event: loginLocked, data: { userId: holder?.personId ?? '', until } })
}

/**
 * Notes why a sign-in is refused, with the same calls whether or not the address is known. Only a wrong password or code counts; the
 * one that locks the address is told apart.
 */
export async function refuse(call: Asking, address: Address, refusal: Problem): Promise<never> {
  const counted = GUESSES.includes(refusal.code) ? count(call, address) : undefined
  await Promise.all([noteRefusal(call, address, refusal), counted])
  throw refusal
}
