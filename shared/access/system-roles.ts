/** Roles every organization has; read-only. An organization's own roles come on top. */
export interface Role {
  id: string
  name: string
  displayName: string
  /** What its holder is there for, in one sentence. */
  description: string
  permissions: readonly string[]
  isSystem: boolean
  /** Which type of organization may hand it out. */
  organizationType: 'customer' | 'mss_provider' | 'any' | 'none'
}

const role = (
  name: string,
  displayName: string,
  description: string,
  organizationType: Role['organizationType'],
  permissions: string[],
): Role => ({
  id: `rol_${name}`,
  name,
  displayName,
  description,
  permissions,
  isSystem: true,
  organizationType,
})

const ADMINISTRATION = ['organization', 'users', 'roles', 'units', 'groups', 'role_assignments', 'audit', 'api_keys']
/** Is this a permission over the organization itself, its people or its record? */
export const administers = (permission: string) => ['*', ...ADMINISTRATION].includes(permission.split(':')[0] ?? '')

const CONNECTIONS = ['technician_access', 'notifications', 'webhooks', 'resource_types', 'resources']

export const systemRoles: readonly Role[] = [
  role('admin', 'Administrator', 'Runs the organization: its people, its settings and its record.', 'any', [
    ...[...ADMINISTRATION, ...CONNECTIONS].map((resource) => `${resource}:*`),
    'jobs:*',
    'reports:read',
    'alerts:read',
    'dashboard:read',
    'interventions:create',
    'interventions:read',
  ]),
  role('report_viewer', 'Report viewer', 'Reads reports and alerts, and changes nothing.', 'customer', ['reports:read', 'alerts:read']),
  role('request_user', 'Request user', 'Asks for interventions, follows them and reads reports.', 'customer', [
    'interventions:create',
    'interventions:read',
    'reports:read',
  ]),
  role('basic_user', 'Basic user', 'Signs in and sees the dashboard; what everybody is without another role.', 'any', ['dashboard:read']),
  role('unit_owner', 'Unit owner', 'Looks after a unit: the people in it, and the units below it.', 'any', [
    ...['users:create', 'users:read', 'users:update'],
    ...['units:create', 'units:read', 'units:update'],
  ]),
  role('super_admin', 'Super administrator', 'May do everything, at the provider and to its customers.', 'mss_provider', ['*:*']),
  role(
    'account_manager',
    'Account manager',
    'Looks after customers: makes them, keeps their records and adds their people.',
    'mss_provider',
    [
      ...['organizations:create', 'organizations:read', 'organizations:update', 'organizations:read_users', 'organizations:create_users'],
      ...['users:create', 'users:read', 'users:update', 'reports:read'],
    ],
  ),
  role('security_analyst', 'Security analyst', 'Works on alerts, writes reports and hands out interventions.', 'mss_provider', [
    'alerts:read',
    'alerts:update',
    'reports:create',
    'reports:read',
    'reports:update',
    'interventions:read',
    'interventions:assign',
  ]),
  role('technician', 'Technician', 'Carries out interventions at customers, also from afar.', 'mss_provider', [
    'interventions:read',
    'interventions:update',
    'customer_access:read',
    'remote_access:create',
  ]),
]

/** What guests read at most: an organization's people, its rights, its record, and what would outlast a guest's access. */
const KEPT_FROM_GUESTS = [...ADMINISTRATION.filter((resource) => resource !== 'units'), 'technician_access', 'webhooks']

/** Of what an administrator may do, what lies in these actions. */
function shareOfAdministrator(actions: readonly string[]): string[] {
  const held = systemRoles.find(({ name }) => name === 'admin')?.permissions ?? []
  return held.flatMap((permission) => {
    const [resource = '', action = ''] = permission.split(':')
    const given = KEPT_FROM_GUESTS.includes(resource) ? ['read'] : actions
    if (given.includes('*')) return [permission]
    return given.filter((each) => action === '*' || action === each).map((each) => `${resource}:${each}`)
  })
}

/** A provider's technicians at a customer, by the level of their access: of what its administrator may do a part, given by that access alone. */
export const guestRoles: readonly Role[] = [
  role('guest_read', 'Technician who reads', 'Sees what an administrator sees.', 'none', shareOfAdministrator(['read'])),
  role('guest_write', 'Technician who writes', 'Makes and changes things, and decides about no people.', 'none', [
    ...shareOfAdministrator(['read', 'create', 'update']),
  ]),
  role('guest_full', 'Technician with full access', 'Does what an administrator does, and decides about no people.', 'none', [
    ...shareOfAdministrator(['*']),
    'organization:update',
  ]),
]

export const ADMIN_ROLE = 'rol_admin'
export const SUPER_ADMIN_ROLE = 'rol_super_admin'
/** Whoever looks after a unit holds it there. */
export const UNIT_OWNER_ROLE = 'rol_unit_owner'
export const BASIC_ROLE = 'rol_basic_user'

/** Holding one of these makes somebody an administrator: the last one stays. */
export const administratorRoles: readonly string[] = [ADMIN_ROLE, SUPER_ADMIN_ROLE]

/** What a new organization decides by: it has no other roles yet. */
export const systemPolicy = { role: (id: string) => systemRole(id) }

export const systemRole = (id: string) => systemRoles.find((role) => role.id === id) ?? guestRoles.find((role) => role.id === id)
