import type { Assignment, Scope } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import { itemKey } from '../../shared/store/keys.ts'
import { patch, putNew } from '../../shared/store/writes.ts'
import type { Bench, Person } from '../../test/workbench.ts'

/** For tests: people of an organization with what they hold, and units, straight in the store. */

export const EVERYWHERE: Scope = { type: 'organization' }

export const grant = (what: Partial<Assignment>, scope: Scope = EVERYWHERE): Assignment => ({
  id: newId('asg'),
  ...what,
  scope,
  grantedBy: 'usr_0',
  createdAt: new Date().toISOString(),
})

export const worldOf = (bench: Bench, organizationId: string) => {
  const own = bench.tenant(organizationId)
  const set = (id: string, fields: Record<string, unknown>) => own.commit(patch(itemKey(organizationId, 'USER', id), fields))
  return {
    set,
    /** Gives somebody exactly this. */
    holds: ({ userId }: Pick<Person, 'userId'>, ...assignments: Assignment[]) => set(userId, { assignments }),
    /** A unit below these. */
    async unit(...above: string[]): Promise<string> {
      const id = newId('unit')
      const at = new Date().toISOString()
      const unit = { id, organizationId, name: id, ownerId: 'usr_0', path: [...above, id], version: 1, createdAt: at, updatedAt: at }
      await own.commit(putNew(itemKey(organizationId, 'UNIT', id), unit, 'CONFLICT'))
      return id
    },
    async group(above: string[], ...assignments: Assignment[]): Promise<string> {
      const id = newId('grp')
      await own.commit(putNew(itemKey(organizationId, 'GROUP', id), { id, path: [...above, id], assignments }, 'CONFLICT'))
      return id
    },
  }
}
