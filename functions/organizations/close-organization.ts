import { transitions } from '../../shared/resource/verbs.ts'
import { scheduleClosing } from './closing.ts'
import { keepDue } from './closing-store.ts'
import { closeOrganization } from './contract.ts'
import { organizations } from './organization-store.ts'
import { toOrganization } from './present-organization.ts'

export const handler = transitions(
  closeOrganization,
  organizations,
  (organization, { body, now }) => {
    const change = scheduleClosing(organization, now, body.reason)
    return { ...change, alongside: [keepDue(change.after)] }
  },
  toOrganization,
)
