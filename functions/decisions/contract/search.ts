import * as z from 'zod'
import { Scope } from '../../../shared/access/schema.ts'
import { endpoint } from '../../../shared/endpoint.ts'
import { Id, orNull, PermissionName } from '../../../shared/schema.ts'
import { AskedContext, AskedResource, Because, ResourceType } from './fields.ts'

/** Which page of what a body asks for; its cursor is for the same question alone. */
export const BodyPage = {
  limit: z.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(8_000).optional(),
}

const SHORT = 'A page may be short, or empty, and still have a nextCursor.'

export const whoCan = endpoint({
  route: 'POST /api/v1/access/who-can',
  summary: 'Lists the members who may do something, and what makes each of them able to.',
  description: `They are found by what they, their roles and their groups were given, which lists trail by about a second, and each is decided about. Only people are shown whom the caller may see and ask about. ${SHORT}`,
  permission: 'role_assignments:read',
  within: 'anywhere',
  body: z.object({
    permission: PermissionName,
    resource: AskedResource.optional(),
    context: AskedContext.optional(),
    ...BodyPage,
  }),
  reply: z.object({ userId: Id('usr'), because: z.array(Because) }),
  list: true,
  ending: 'open',
  reads: ['USER', 'UNIT', 'ROLE', 'GROUP', 'RESOURCE', 'ROLE_ASSIGNMENT'],
})

export const whatCan = endpoint({
  route: 'POST /api/v1/access/what-can',
  summary: 'Lists the things of a type with which somebody may do something; without a type, which permissions they hold and where.',
  description: `Of oneself everybody may ask; of others it takes \`role_assignments:read\`. Only things are shown that the caller may read. Of an organization’s own types those are found that are registered. ${SHORT}`,
  self: true,
  body: z
    .object({
      /** A member, a guest or an API key; default: oneself. */
      userId: z.union([Id('usr'), Id('key')]).optional(),
      permission: PermissionName.optional(),
      type: ResourceType.optional(),
      context: AskedContext.optional(),
      ...BodyPage,
    })
    .refine(({ permission, type }) => (permission === undefined) === (type === undefined), {
      message: 'Say both what is to be done and with things of which type, or neither',
      path: ['type'],
    }),
  reply: z.object({
    permission: PermissionName,
    resource: orNull(z.object({ type: ResourceType, id: z.string() })),
    /** Where the permission is held; nothing where things are listed. */
    scopes: z.array(Scope),
    because: z.array(Because),
  }),
  list: true,
  ending: 'open',
  reads: ['USER', 'UNIT', 'ROLE', 'GROUP', 'RESOURCE'],
})
