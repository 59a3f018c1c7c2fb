import { totpCode } from '../../local/cognito/totp.ts'
import { anonymous, PASSWORD, type Someone } from './journey.ts'

const STEP_MS = 30_000
/** A code this close to the end of its time might arrive too late. */
const MARGIN_MS = 5_000

export const wrongCode = (right: string) => String((Number(right) + 1) % 1_000_000).padStart(6, '0')

/** An authenticator app, which never shows a code twice: from the earliest that is still taken to the latest that is already. */
export function appWith(secret: string): () => string {
  let last = 0
  return () => {
    last = Math.max(last + 1, Math.floor((Date.now() + MARGIN_MS) / STEP_MS) - 1)
    return totpCode(secret, last * STEP_MS)
  }
}

export interface Authenticator {
  nextCode: () => string
  backupCodes: string[]
}

/** Sets up an authenticator app in the person's session. */
export async function enrol({ api }: Someone): Promise<Authenticator> {
  const nextCode = appWith((await api.setUpMfa({ body: { password: PASSWORD } })).data.secret)
  const { backupCodes } = (await api.verifyMfa({ body: { code: nextCode() } })).data
  return { nextCode, backupCodes }
}

/** A sign-in that waits for a code: its session. */
export async function challenge({ email }: Someone, password = PASSWORD): Promise<string> {
  const { data } = await anonymous.login({ body: { email, password } })
  if (!data.mfaRequired) throw new Error(`${email} is asked for no code.`)
  return data.session
}

/** Signs in with password and code. */
export async function signInWith(person: Someone, nextCode: () => string): Promise<void> {
  const session = await challenge(person)
  const { data } = await anonymous.completeMfa({ body: { email: person.email, session, code: nextCode() } })
  if (data.mfaRequired) throw new Error(`${person.email} is asked for one more step.`)
  person.tokens = data.tokens
}
