import type { Tenant } from '../../shared/store/tenant.ts'
import { save } from '../../shared/store/writes.ts'
import { users, withMail } from '../users/reads.ts'
import { again } from './again.ts'
import type { Person } from './person.ts'

/** Shows a person's mail address of the moment in an organization where they are a guest of another home. */
export const followHome = (tenant: Tenant, { id, email, emailVerified }: Person, now: string): Promise<void> =>
  again(async () => {
    const user = await tenant.get(users, id)
    if (!user || user.deletedAt || (user.email === email && user.emailVerified === emailVerified)) return
    await tenant.commit(save(users, withMail(user, { email, emailVerified }, now)))
  })
