import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda'
import { problem } from '../errors.ts'
import { isHosted, isLive, type Session } from '../identity/door.ts'
import { organizationKey, personKey, sessionKey } from '../store/keys.ts'
import { strip } from '../store/stored-item.ts'
import type { Table } from '../store/table.ts'
import type { Tenant } from '../store/tenant.ts'
import { claimsOf, overBy } from './admit.ts'
import { verifyBearer } from './bearer.ts'
import type { Base, Caller, OrganizationGate, PersonGate } from './call.ts'

const UNKNOWN_YET = 'This session has not been used yet. Send any other request with its token first, such as GET /api/v1/auth/me.'

/**
 * Who calls a public route with a token, if anybody does. Where they may act is not asked: only that the session lives, and that the
 * organization it was begun in lets it last.
 */
export async function callerOf(
  base: Base,
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
  lookups: Pick<Table, 'read'>,
  enter: (organizationId: string) => Pick<Tenant, 'read'>,
): Promise<Caller | undefined> {
  // The gateway gives claims only where it has verified the token itself, which it does on no public route.
  const jwt = event.requestContext.authorizer?.jwt?.claims ?? (await verifyBearer(base.headers))
  if (!jwt) return undefined
  const claims = claimsOf(jwt)
  const items = await lookups.read([sessionKey(claims.username, claims.origin_jti), personKey(claims.username)])
  const [session, person] = items.map((item) => item && strip<never>(item)) as [Session?, PersonGate?]
  if (!session && isHosted(claims)) throw problem('INVALID_SESSION', { message: UNKNOWN_YET })
  if (!session || !isLive(session, base.now) || !person) throw problem('INVALID_SESSION')
  const { organizationId } = session
  const [organization] = (await enter(organizationId).read(organizationKey(organizationId))) as [OrganizationGate?]
  const over = organization && overBy(organization, session, base.now)
  if (over) throw over
  return { personId: person.id, session, person }
}
