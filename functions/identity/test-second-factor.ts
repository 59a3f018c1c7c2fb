import { appWith } from '../../test/authenticator-app.ts'
import type { Bench, Person } from '../../test/workbench.ts'
import { handler as completeHandler } from './complete-mfa.ts'
import { completeMfa, setUpMfa, verifyMfa } from './contract.ts'
import { handler as setUpHandler } from './set-up-mfa.ts'
import { newIp, PASSWORD, type Registered, registered, type SignedInPerson, signedIn, signIn } from './test-people.ts'
import { handler as verifyHandler } from './verify-mfa.ts'

/** For tests: people with an authenticator app. */

export { appWith, wrongCode } from '../../test/authenticator-app.ts'

export const setUp = (bench: Bench, as: Person, password = PASSWORD) =>
  bench.request(setUpHandler, setUpMfa, { as, body: { password }, ip: newIp() })
export const verify = (bench: Bench, as: Person, code: string) => bench.request(verifyHandler, verifyMfa, { as, body: { code } })

export const complete = (bench: Bench, email: string, session: string, code: string) =>
  bench.request(completeHandler, completeMfa, { body: { email, session, code }, ip: newIp() })

export interface Enrolled extends Registered {
  /** The session in which it was set up. */
  as: SignedInPerson
  nextCode: () => string
  backupCodes: string[]
}

/** Somebody who has just set up an authenticator app. */
export async function enrolled(bench: Bench, of?: Registered): Promise<Enrolled> {
  const person = of ?? (await registered(bench))
  const as = await signedIn(bench, person)
  const nextCode = appWith((await setUp(bench, as)).body.data.secret)
  const { body } = await verify(bench, as, nextCode())
  return { ...person, as, nextCode, backupCodes: body.data.backupCodes }
}

/** A sign-in that waits for the code. */
export const challenged = async (bench: Bench, email: string, more: Record<string, unknown> = {}, password?: string): Promise<string> =>
  (await signIn(bench, email, password, more)).body.data.session
