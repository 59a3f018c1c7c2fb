import { type Decision, decide, scopesOf } from '../access/evaluate.ts'
import type { Environment, Policy, Principal, Resource, Scope } from '../access/model.ts'
import { config } from '../config.ts'
import { problem } from '../errors.ts'
import type { Tenant } from '../store/tenant.ts'
import type { Client, OrganizationGate, PrincipalGate } from './gates.ts'
import { type PolicySource, policySource } from './policy.ts'
import { asPrincipal } from './principals.ts'
import { type Reach, reachOf } from './reach.ts'

/** What a caller may do where the request acts, asked of the policy in force. */
export interface Access extends PolicySource {
  principal: Principal
  environment: Environment
  /** May the caller do this; without a resource, in the organization as a whole? */
  decide(permission: string, resource?: Resource): Promise<Decision>
  allowed(permission: string, resource?: Resource): Promise<boolean>
  /** Where the caller holds it: all that they may see or do it with lies there. */
  scopes(permission: string): Promise<Scope[]>
  /** The same, for a list. */
  reach(permission: string): Promise<Reach>
}

/** What a request turns out to take beyond its contract's permission, such as another one where it puts something. Throws `FORBIDDEN`. */
export async function requireAllowed(access: Access, permission: string, resource: Resource | undefined, message: string): Promise<void> {
  if (!(await access.allowed(permission, resource))) throw problem('FORBIDDEN', { message, details: { missing: permission } })
}

interface Asker {
  organization: OrganizationGate
  principal: PrincipalGate
  session: { mfa: boolean } | undefined
}

export function accessOf(
  tenant: Tenant,
  { client, now }: { client: Client; now: string },
  { organization, principal: gate, session }: Asker,
): Access {
  const source = policySource(tenant, organization)
  const principal = asPrincipal(gate)
  const environment: Environment = { ip: client.ip, service: config.context, mfa: session?.mfa ?? false }
  const asked = (policy: Policy, permission: string) => ({ principal, environment, policy, permission, now })
  const access: Access = {
    ...source,
    principal,
    environment,
    // What is allowed stays so, however much more is known of the policy.
    decide: (permission, resource) =>
      source.ask(
        (policy) => decide({ ...asked(policy, permission), resource }),
        ({ allowed }) => allowed,
      ),
    allowed: async (permission, resource) => (await access.decide(permission, resource)).allowed,
    scopes: (permission) =>
      source.ask(
        (policy) => scopesOf(asked(policy, permission)),
        ([scope]) => scope?.type === 'organization',
      ),
    reach: async (permission) =>
      reachOf({
        scopes: await access.scopes(permission),
        source,
        moves: organization.pendingMoves ?? [],
        allows: (policy, resource) => decide({ ...asked(policy, permission), resource }).allowed,
      }),
  }
  return access
}
