import { isProblem, problem } from '../../shared/errors.ts'
import { askForMail } from '../../shared/identity/mail-request.ts'
import { findPerson } from '../../shared/identity/person-store.ts'
import { serve } from '../../shared/serve/serve.ts'
import { foldMail } from '../../shared/tokens.ts'
import { changeEmail } from './contract.ts'

/** One was asked for within the minute already; the answer is the same. */
const ignoreAsked = (error: unknown) => {
  if (!isProblem(error, 'CONFLICT')) throw error
}

export const handler = serve(changeEmail, async ({ principal, lookups, tenant, now, body }) => {
  const { email } = body
  const person = await findPerson(lookups, principal.id)
  if (!person) throw problem('NOT_FOUND')
  if (foldMail(email) === foldMail(person.email)) throw problem('VALIDATION_ERROR', { details: { email: 'This is your address already' } })
  const name = `${principal.firstName} ${principal.lastName}`
  await tenant.commit(askForMail({ personId: person.id, name, email, by: 'person', now }), { email }).catch(ignoreAsked)
  return { email }
})
