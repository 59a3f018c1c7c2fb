import { closingDue } from '../../events/organizations.ts'
import { react, reaction } from '../../shared/react.ts'
import { retryConflicts } from '../../shared/store/retry-conflicts.ts'
import { save } from '../../shared/store/writes.ts'
import { close } from './closing.ts'
import { organizations } from './organization-store.ts'

export const rule = reaction('organizations/on-closing-due', {
  on: [closingDue],
  summary: 'Writes down that an organization is closed whose moment to be closed has come.',
  writes: ['ORGANIZATION'],
})

/** It asks the organization as it is: one whose closing was called off, or waits for another moment by now, is left alone. */
export const handler = react(rule, ({ tenant, now }) =>
  retryConflicts(async () => {
    const organization = await tenant.get(organizations, tenant.id)
    const change = organization && close(organization, now)
    if (change) await tenant.commit(save(organizations, change))
  }),
)
