import { ask } from './identity-call.ts'
import type { Meter } from './store/meter.ts'

const names = new Map<string, Promise<string>>()

async function askName(counts: Meter, UserPoolId: string, ClientId: string): Promise<string> {
  const { UserPoolClient } = await ask(counts, 'DescribeUserPoolClient', { UserPoolId, ClientId })
  return UserPoolClient?.ClientName ?? ''
}

/** What a client of the pool is called, which it stays: Cognito is asked once per instance. */
export function clientName(counts: Meter, userPoolId: string, clientId: string): Promise<string> {
  const known = names.get(clientId)
  if (known) return known
  const asked = askName(counts, userPoolId, clientId)
  names.set(clientId, asked)
  asked.catch(() => names.delete(clientId))
  return asked
}
