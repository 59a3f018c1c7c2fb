/** What has a history of its own in a tenant, by its name in events; a test compares it with the entities. */
export const AGGREGATES = [
  'access_request',
  'api_key',
  'audit_search',
  'group',
  'group_member',
  'job',
  'legal_hold',
  'organization',
  'permission',
  'resource',
  'resource_type',
  'role',
  'role_assignment',
  'session',
  'technician_access',
  'unit',
  'user',
] as const
export type AggregateType = (typeof AGGREGATES)[number]

/** Its key segment: `USER`. */
export const segmentOf = (type: AggregateType) => type.toUpperCase()
