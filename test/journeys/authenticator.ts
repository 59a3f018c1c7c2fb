import { appWith } from '../authenticator-app.ts'
import { anonymous, PASSWORD, type Someone } from './journey.ts'

export { appWith, wrongCode } from '../authenticator-app.ts'

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
