import type { Call } from '../../shared/serve/call.ts'
import { serve } from '../../shared/serve/serve.ts'
import { addUser } from '../users/door.ts'
import { createOrganizationUser } from './contract.ts'
import { linkHolds } from './link-condition.ts'

/** The customer can end the link at this very moment, and then nobody is added any more. */
export const addAtCustomer = (call: Call<typeof createOrganizationUser>) => addUser(call, [linkHolds(call.organization)])

export const handler = serve(createOrganizationUser, addAtCustomer)
