import { closingDue } from '../../events/organizations.ts'
import { cancelDue, due } from '../../shared/due/due.ts'
import type { Write } from '../../shared/store/writes.ts'
import type { Organization } from './organization.ts'

const appointmentOf = ({ id, closesAt = '' }: Organization) => ({ ref: id, at: closesAt })

/** Lets the organization be closed at its moment. */
export const keepDue = (organization: Organization): Write => due(closingDue, { ...appointmentOf(organization), data: {} })
export const dropDue = (organization: Organization): Write => cancelDue(closingDue, appointmentOf(organization))
