import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Email, Locale, OrganizationName, PageQuery, PersonName, Slug } from '../../../shared/schema.ts'
import { createUser, listUsers, ROLE_UNKNOWN, UNIT_UNKNOWN, User } from '../../users/contract.ts'
import { SLUG_TAKEN, TOO_MANY_ORGANIZATIONS } from '../problems.ts'
import { atCustomer, details, FRESH_FOR_SECURITY, Status, securityTakes } from './fields.ts'
import { Customer, Organization, OrganizationPatch } from './schemas.ts'

export const listOrganizations = endpoint({
  route: 'GET /api/v1/organizations',
  summary: 'Lists the customers that this provider made, of those whom the caller may read.',
  description: 'Name and status may trail a change by about a second.',
  permission: 'organizations:read',
  within: 'anywhere',
  query: z.object({ ...PageQuery, status: Status.optional() }),
  reply: Customer,
  list: true,
  reads: ['CUSTOMER'],
})

export const createCustomerOrganization = endpoint({
  route: 'POST /api/v1/organizations',
  summary: 'Makes a customer of this provider, and invites its administrator by mail.',
  description: `Always a new organization: one that exists cannot be taken over. It is on trial until it is activated. A slug that is left out is made from the name. ${securityTakes('organizations:update_security')}`,
  permission: 'organizations:create',
  body: z.object({
    name: OrganizationName,
    slug: Slug.optional(),
    ...details,
    admin: z.strictObject({ email: Email, firstName: PersonName, lastName: PersonName, locale: Locale.optional() }).optional(),
  }),
  status: 201,
  reply: Organization,
  fails: ['MFA_REQUIRED', SLUG_TAKEN, TOO_MANY_ORGANIZATIONS],
  fresh: 'when it names an administrator or security settings',
  keyring: true,
  writes: ['ORGANIZATION', 'USER', 'CUSTOMER', 'SIGNALS'],
  lookups: ['SLUG', 'TENANTS', 'MARKER'],
})

export const getCustomerOrganization = endpoint({
  route: 'GET /api/v1/organizations/{id}',
  summary: 'Reads a customer.',
  permission: 'organizations:read',
  ...atCustomer,
  reply: Organization,
  reads: ['ORGANIZATION'],
  ending: 'open',
})

export const updateCustomerOrganization = endpoint({
  route: 'PATCH /api/v1/organizations/{id}',
  summary: 'Changes the record of a customer by a JSON merge patch (RFC 7396).',
  description: securityTakes('organizations:update_security'),
  permission: 'organizations:update',
  ...atCustomer,
  body: OrganizationPatch,
  reply: Organization,
  fails: ['MFA_REQUIRED', 'ORGANIZATION_CLOSED'],
  writes: ['ORGANIZATION'],
  fresh: FRESH_FOR_SECURITY,
})

export const listOrganizationUsers = endpoint({
  route: 'GET /api/v1/organizations/{id}/users',
  summary: 'Lists the users of a customer, or finds them by the beginnings of their names or mail address.',
  permission: 'organizations:read_users',
  ...atCustomer,
  query: listUsers.query,
  reply: User,
  list: true,
  fails: ['ORGANIZATION_CLOSED'],
  reads: ['USER'],
})

export const createOrganizationUser = endpoint({
  route: 'POST /api/v1/organizations/{id}/users',
  summary: 'Adds a person to a customer and invites them by mail.',
  description:
    'Without `roleIds` the person gets the role `basic_user`. A role that administrates anything there takes the permission `organizations:appoint`; of others, nobody grants what they do not hold themselves. Ends with the link where it was not accepted before.',
  permission: 'organizations:create_users',
  fresh: 'when an administrator role is given',
  ...atCustomer,
  body: createUser.body,
  status: 201,
  reply: User,
  fails: ['EMAIL_TAKEN', ROLE_UNKNOWN, UNIT_UNKNOWN, 'ORGANIZATION_CLOSED'],
  keyring: true,
  reads: ['ORGANIZATION'],
  writes: ['USER'],
})
