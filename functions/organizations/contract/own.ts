import { endpoint } from '../../../shared/endpoint.ts'
import { historyEndpoint } from '../../../shared/resource/history-event.ts'
import { LAST_ADMIN } from '../../users/contract.ts'
import { FRESH_FOR_SECURITY, securityTakes } from './fields.ts'
import { Organization, OrganizationPatch } from './schemas.ts'

export const getOrganization = endpoint({
  route: 'GET /api/v1/organization',
  summary: 'Reads the own organization.',
  permission: 'organization:read',
  reply: Organization,
  reads: ['ORGANIZATION'],
})

export const updateOrganization = endpoint({
  route: 'PATCH /api/v1/organization',
  summary: 'Changes the own organization by a JSON merge patch (RFC 7396): null empties a field or restores its default.',
  description: `The short name (\`slug\`) never changes. With \`mfaRequired\`, sessions without a second factor get no further than \`/auth/*\`. ${securityTakes('organization:update_security')}`,
  permission: 'organization:update',
  body: OrganizationPatch,
  reply: Organization,
  fails: ['MFA_REQUIRED', 'PRECONDITION_FAILED', 'VERSION_CONFLICT'],
  fresh: FRESH_FOR_SECURITY,
  writes: ['ORGANIZATION'],
})

export const leaveOrganization = endpoint({
  route: 'POST /api/v1/organization/leave',
  summary: 'Leaves the organization: your membership, your roles and the sessions that you began here end at once.',
  description:
    'Other organizations of yours are not affected; one of them becomes your default and, where this was it, your home. You come back by accepting an invitation.',
  self: true,
  status: 204,
  fails: [LAST_ADMIN, 'VERSION_CONFLICT'],
  writes: ['USER', 'SESSION'],
  lookups: ['PERSON_PLACE', 'MEMBERSHIP', 'SESSION_STATE'],
  ending: 'open',
})

export const endProvider = endpoint({
  route: 'DELETE /api/v1/organization/provider',
  summary: 'Ends the link to the provider that made this organization: it is shut out at its next request.',
  description:
    "There is no way back, and nobody then suspends, activates or closes the organization but whoever runs the installation. The provider's people who are members go with it, so it takes an administrator who is none of them, and another cannot do it.",
  permission: 'organization:end_provider',
  status: 204,
  fails: [LAST_ADMIN, 'PRECONDITION_FAILED', 'VERSION_CONFLICT'],
  fresh: true,
  reads: ['TALLY#ADMINISTRATORS'],
  writes: ['ORGANIZATION'],
  lookups: ['DUE'],
  ending: 'open',
})

export const listOrganizationHistory = historyEndpoint({
  route: 'GET /api/v1/organization/history',
  of: 'the own organization',
  entity: 'ORGANIZATION',
})
