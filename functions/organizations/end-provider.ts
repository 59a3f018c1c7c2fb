import { isProblem, problem } from '../../shared/errors.ts'
import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { LAST_ADMIN, requireAdministrator } from '../users/door.ts'
import { dropDue } from './closing-store.ts'
import { endProvider as contract } from './contract.ts'
import { endProvider } from './organization.ts'
import { organizations } from './organization-store.ts'

const NOT_THEIRS =
  'You came as one of the people of this provider, so you cannot end its link: an administrator of the organization itself can.'
const NOBODY_LEFT =
  'Without this provider nobody would administrate the organization: its people go with it. Make somebody else an administrator first.'

/** That there is an administrator left is asked in the transaction, so that the last one cannot go at the same moment. */
export const handler = serve(contract, { resource: organizations }, async ({ resource, principal, tenant, now }) => {
  const ended = endProvider(resource, now)
  if (principal.fromProvider) throw problem('FORBIDDEN', { message: NOT_THEIRS })
  try {
    const writes = [save(organizations, ended), requireAdministrator(tenant.id)]
    return await tenant.commit(resource.closesAt ? [...writes, dropDue(resource)] : writes)
  } catch (error) {
    if (isProblem(error, LAST_ADMIN)) throw problem(LAST_ADMIN, { message: NOBODY_LEFT, cause: error })
    throw error
  }
})
