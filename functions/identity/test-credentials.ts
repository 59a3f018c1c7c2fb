import { createIdentity } from '../../shared/identity-provider.ts'
import { meter } from '../../shared/store/meter.ts'
import type { Bench } from '../../test/workbench.ts'
import { PASSWORD, type Registered } from './test-people.ts'

/** For tests: somebody with a password and an organization of their own, laid straight into the store. */
export async function withPassword(bench: Bench, password = PASSWORD): Promise<Registered> {
  const { userId, organizationId, email } = await bench.founder()
  await createIdentity(meter(), userId, password)
  return { userId, organizationId, email }
}
