import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Email, Id, Locale, PageQuery, PersonName, Phone, RoleId } from '../../../shared/schema.ts'
import { FreeForm } from '../free-form.ts'
import { LAST_ADMIN, ROLE_UNKNOWN, UNIT_UNKNOWN } from '../problems.ts'
import { Department, EmploymentEquity, ProfileImage, params, RoleIds, shuttingOut } from './fields.ts'
import { Status, User } from './schemas.ts'

export const listUsers = endpoint({
  route: 'GET /api/v1/users',
  summary: 'Lists the users of the organization, or finds them by the beginnings of their names or mail address.',
  description:
    'A search (`q`) finds those of whom every word begins a name or the mail address, whatever its case and accents. Searches and the lists of a role, of a group and of a unit, which hold who was given the role or put into the group or the unit themselves, trail a change by about a second. Filters combine: a page may then be short, or empty, and still have a nextCursor.',
  permission: 'users:read',
  within: 'anywhere',
  query: z.object({
    ...PageQuery,
    q: z.string().trim().min(1).max(100).optional(),
    status: Status.optional(),
    roleId: RoleId.optional(),
    groupId: Id('grp').optional(),
    unitId: Id('unit').optional(),
  }),
  reply: User,
  list: true,
  fails: ['INVALID_CURSOR'],
  reads: ['USER'],
})

const named = z.object({ email: Email, firstName: PersonName, lastName: PersonName })

export const createUser = endpoint({
  route: 'POST /api/v1/users',
  summary: 'Adds a person to the organization and invites them by mail.',
  description:
    'Without `roleIds` the person gets the role `basic_user`. Nobody grants what they do not hold themselves. Until accepted, the invited user has an id of their own; whoever has an account already is a user under that one afterwards.',
  permission: 'users:create',
  within: { type: 'user', unit: 'unitId' },
  body: z.object({
    ...named.shape,
    phone: Phone.optional(),
    department: Department.optional(),
    profileImage: ProfileImage.optional(),
    employmentEquity: EmploymentEquity.optional(),
    locale: Locale.optional(),
    preferences: FreeForm.optional(),
    metadata: FreeForm.optional(),
    roleIds: RoleIds.optional(),
    unitId: Id('unit').optional(),
  }),
  status: 201,
  reply: User,
  fails: ['EMAIL_TAKEN', ROLE_UNKNOWN, UNIT_UNKNOWN],
  fresh: 'when an administrator role is given',
  keyring: true,
  writes: ['USER'],
})

export const getUser = endpoint({
  route: 'GET /api/v1/users/{id}',
  summary: 'Reads a user.',
  permission: 'users:read',
  params,
  reply: User,
  fails: ['DELETED'],
  reads: ['USER'],
})

/** What a null empties. */
const emptiable = {
  phone: Phone.nullish(),
  department: Department.nullish(),
  profileImage: ProfileImage.nullish(),
  employmentEquity: EmploymentEquity.nullish(),
  locale: Locale.nullish(),
  preferences: FreeForm.nullish(),
  metadata: FreeForm.nullish(),
}

const changes = {
  fails: ['DELETED', 'EMAIL_TAKEN', 'INVALID_TRANSITION', 'PERSON_OF_SEVERAL', 'VERSION_CONFLICT'],
  writes: ['USER', 'SIGNALS'],
  lookupReads: ['PERSON'],
  keyring: true,
  fresh: 'when the mail address changes',
} as const

export const replaceUser = endpoint({
  route: 'PUT /api/v1/users/{id}',
  summary: 'Replaces all writable fields of a user; those left out are emptied.',
  permission: 'users:update',
  params,
  body: z.object({ ...named.shape, ...emptiable }),
  reply: User,
  ...changes,
})

export const updateUser = endpoint({
  route: 'PATCH /api/v1/users/{id}',
  summary: 'Changes a user by a JSON merge patch (RFC 7396): null empties a field.',
  description:
    'An invitation follows its address. The address of a member who belongs here alone stays until they have proven the next one, with a code that is mailed there; whoever belongs to several organizations changes it themselves (`POST /auth/email/change`). It takes every permission that the user holds.',
  permission: 'users:update',
  params,
  body: z.object({ ...named.partial().shape, ...emptiable }),
  reply: User,
  ...changes,
})

export const moveUser = endpoint({
  route: 'POST /api/v1/users/{id}/move',
  summary: 'Puts a user into another unit, or into none.',
  description:
    'It takes the permission to update them where they are and `users:create` where they go, and every permission that the user holds.',
  permission: 'users:update',
  params,
  body: z.object({ unitId: Id('unit').nullable() }),
  reply: User,
  fails: ['DELETED', UNIT_UNKNOWN, 'VERSION_CONFLICT'],
  writes: ['USER'],
})

export const deleteUser = endpoint({
  route: 'DELETE /api/v1/users/{id}',
  summary: 'Removes a user, whose sessions here end at once. They can be restored for 30 days.',
  permission: 'users:delete',
  params,
  status: 204,
  fails: ['DELETED', LAST_ADMIN, 'VERSION_CONFLICT'],
  ...shuttingOut,
  lookups: ['PERSON_PLACE', 'SESSION_STATE'],
  keyring: true,
  ending: 'open',
})

export const restoreUser = endpoint({
  route: 'POST /api/v1/users/{id}/restore',
  summary:
    'Brings a removed user back, as they were; one who left, never accepted, or belongs to another organization by now is invited again.',
  permission: 'users:delete',
  params,
  reply: User,
  fails: ['DELETED', 'EMAIL_TAKEN', 'INVALID_TRANSITION', 'VERSION_CONFLICT'],
  keyring: true,
  writes: ['USER'],
  lookups: ['PERSON_PLACE'],
  fresh: 'when an administrator role is given',
})
