import type * as z from 'zod'
import type { TechnicianAccess as Shown } from './contract.ts'
import type { TechnicianAccess } from './technician-access.ts'

/** As it counts at this moment. */
export const statusOf = ({ status, expiresAt }: TechnicianAccess, now: string): z.output<typeof Shown>['status'] =>
  status === 'active' && expiresAt !== undefined && expiresAt <= now ? 'expired' : status

/** An access as whoever may read it sees it. */
export function toAccess({ technician, ...access }: TechnicianAccess, { now }: { now: string }): z.input<typeof Shown> {
  const status = statusOf({ technician, ...access }, now)
  return { ...access, technicianId: technician.id, technician, status } as z.input<typeof Shown>
}
