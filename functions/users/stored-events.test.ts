import { beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Problem } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import { fold } from '../../shared/store/changes.ts'
import type { Change } from '../../shared/store/entity.ts'
import { save } from '../../shared/store/writes.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { FreeForm } from './free-form.ts'
import {
  activate,
  deactivate,
  invite,
  join,
  lock,
  reapprove,
  reinvite,
  remove,
  requestPasswordReset,
  requireReapproval,
  restore,
  signedIn,
  type User,
  unlock,
  withMail,
} from './user.ts'
import { detailsOf, edit, setRoles } from './user-details.ts'
import { users } from './user-store.ts'

const bench = workbench()
let admin: Person
beforeAll(async () => {
  admin = await bench.founder()
})

type Command = (user: User, at: string) => Change<User> | undefined

const text = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
const details = fc.record(
  {
    firstName: text,
    phone: fc.constant('+6421123456'),
    department: text,
    metadata: fc.dictionary(text, fc.jsonValue(), { maxKeys: 3 }).filter((value) => FreeForm.safeParse(value).success),
    email: fc.emailAddress(),
  },
  { requiredKeys: [] },
)
/** Only an invitation's address is edited; each user here has their own. */
const nextOf = ({ id, email, status }: User, next: string | undefined) => (next && status === 'invited' ? `${id}.${next}` : email)

const role = fc.constantFrom('rol_admin', 'rol_basic_user', 'rol_report_viewer')
const command: fc.Arbitrary<Command> = fc.oneof(
  details.map(
    (some): Command =>
      (user, at) =>
        edit(user, JSON.parse(JSON.stringify({ ...detailsOf(user), phone: undefined, ...some, email: nextOf(user, some.email) })), at),
  ),
  fc.uniqueArray(role).map(
    (ids): Command =>
      (user, at) =>
        setRoles(user, ids, admin.userId, at),
  ),
  text.map(
    (reason): Command =>
      (user, at) =>
        lock(user, reason, at),
  ),
  fc.constantFrom<Command>(
    ...[join, unlock, activate, deactivate, reinvite, requestPasswordReset, remove, restore],
    (user, at) => reapprove(user, at),
    (user, at) => requireReapproval(user, at, at),
    (user, at) => withMail(user, `${user.id}@example.org`, at),
    (user, at) => signedIn(user, { at, ipAddress: '192.0.2.1', userAgent: 'jest', loginMethod: 'password', mfaEnabled: false }),
  ),
)

const attempt = (run: Command, user: User, at: string) => {
  try {
    return run(user, at)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

test('folding the stored events of a user gives the stored user, whatever happened', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (commands) => {
      const tenant = bench.tenant(admin.organizationId)
      const id = newId('usr')
      const begun = { id, organizationId: tenant.id, email: `${id}@example.com`, firstName: 'A', lastName: 'B' }
      const first = invite({ ...begun, roleIds: ['rol_basic_user'], by: admin.userId, at: new Date().toISOString() })
      await tenant.commit(save(users, first))
      for (const run of commands) {
        const user = (await tenant.get(users, id)) as User
        const change = attempt(run, user, new Date().toISOString())
        if (change) await bench.tenant(tenant.id).commit(save(users, change))
      }
      expect(fold<User>(await tenant.events(users, id))).toEqual(await tenant.get(users, id))
    }),
    { numRuns: 40 },
  )
})
