import type * as z from 'zod'
import type { Assignment } from '../../shared/access/model.ts'
import { problem } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import type { Call } from '../../shared/serve/call.ts'
import { requireHeld } from '../../shared/serve/granting.ts'
import { serve } from '../../shared/serve/serve.ts'
import { save } from '../../shared/store/writes.ts'
import { MOST_ASSIGNMENTS, rolesFor } from '../users/door.ts'
import { apiKeys, makeKey } from './api-key.ts'
import { createApiKey } from './contract.ts'
import { findable } from './key-store.ts'
import { toKey } from './present-key.ts'
import { newSecret } from './secret.ts'

const EVERYWHERE = { type: 'organization' } as const

type Wanted = z.output<typeof createApiKey.body>

function assignmentsOf({ roleIds = [], permissions = [], scopes = [EVERYWHERE], expiresAt }: Wanted, by: string, at: string): Assignment[] {
  const gifts = [...new Set(roleIds)].map((roleId) => ({ roleId }))
  const singles = [...new Set(permissions)].map((permission) => ({ permission }))
  const wanted = [...gifts, ...singles].flatMap((gift) => scopes.map((scope) => ({ ...gift, scope })))
  if (wanted.length > MOST_ASSIGNMENTS) {
    const message = `Roles and permissions in each of the scopes come to ${wanted.length}, and a key holds at most ${MOST_ASSIGNMENTS}.`
    throw problem('VALIDATION_ERROR', { message, details: { scopes: message } })
  }
  const ends = expiresAt ? { expiresAt } : {}
  return wanted.map((gift) => ({ id: newId('asg', Date.parse(at)), ...gift, ...ends, grantedBy: by, createdAt: at }))
}

async function requireGivable(call: Call<typeof createApiKey>, assignments: readonly Assignment[]): Promise<void> {
  const { body, now } = call
  if (body.expiresAt !== undefined && body.expiresAt <= now)
    throw problem('VALIDATION_ERROR', { details: { expiresAt: 'Must be a time to come' } })
  await rolesFor(call, body.roleIds ?? [])
  await requireHeld(call, assignments, 'Nobody gives a key permissions that they do not hold.')
}

export const handler = serve(createApiKey, async (call) => {
  const { body, tenant, principal, now } = call
  const assignments = assignmentsOf(body, principal.id, now)
  await requireGivable(call, assignments)
  const { secret, ...stored } = newSecret()
  const { name, expiresAt } = body
  const made = makeKey({ organizationId: tenant.id, name, makerId: principal.id, assignments, expiresAt, at: now }, stored)
  return tenant.commit([save(apiKeys, made), ...findable(made.after)], { ...toKey(made.after, call), secret })
})
