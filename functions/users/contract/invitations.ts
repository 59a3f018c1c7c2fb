import { endpoint } from '../../../shared/endpoint.ts'
import { page, params, transition } from './fields.ts'
import { Invitation } from './schemas.ts'

export const inviteUser = endpoint({
  route: 'POST /api/v1/users/{id}/invite',
  summary: 'Sends the invitation again, with a new link; the old one ends at once.',
  ...transition,
  permission: 'users:create',
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
})

export const listInvitations = endpoint({
  route: 'GET /api/v1/invitations',
  summary: 'Lists the users who were invited and have not accepted yet, newest first; those whose invitation has expired too.',
  description: 'Whoever may see a part of the organization finds those in it, in the order of where they are.',
  permission: 'users:read',
  within: 'anywhere',
  query: page,
  reply: Invitation,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['USER'],
})

export const withdrawInvitation = endpoint({
  route: 'DELETE /api/v1/invitations/{id}',
  summary: 'Withdraws an invitation: its link no longer works, the invited user is removed, and the address is free.',
  permission: 'users:create',
  params,
  status: 204,
  fails: ['DELETED', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
  keyring: true,
  writes: ['USER'],
  ending: 'open',
})
