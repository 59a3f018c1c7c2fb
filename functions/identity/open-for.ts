import type { Endpoint } from '../../shared/endpoint.ts'
import type { Call } from '../../shared/serve/call.ts'
import { openTenant, type Tenant } from '../../shared/store/tenant.ts'

/** Opens the organization a session of the caller was begun in, which need not be the one they act in. */
export const openFor = (
  { tenant, meter, now, metadata }: Pick<Call<Endpoint>, 'tenant' | 'meter' | 'now' | 'metadata'>,
  organizationId: string,
): Tenant => (organizationId === tenant.id ? tenant : openTenant({ id: organizationId, meter, now, metadata }))
