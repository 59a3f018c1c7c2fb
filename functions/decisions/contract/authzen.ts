import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'

/** OpenID AuthZEN Authorization API 1.0. As it says, what is not known of a body is ignored, and a denial is an answer like any other. */

const Text = z.string().min(1).max(1_000)
const Properties = z.record(z.string(), z.unknown())

const Subject = z.looseObject({ type: Text, id: Text, properties: Properties.optional() })
const Action = z.looseObject({ name: Text, properties: Properties.optional() })
const Resource = z.looseObject({ type: Text, id: Text, properties: Properties.optional() })
const Context = z.looseObject({})

export const AuthzenRequest = z.looseObject({ subject: Subject, action: Action, resource: Resource, context: Context.optional() })

/** The decision, with the reason of a denial: what is missing, or why nothing could be decided. */
export const AuthzenDecision = z.object({ decision: z.boolean(), context: z.record(z.string(), z.unknown()).optional() })

const asks = { self: true, raw: true, ending: 'open', reads: ['USER', 'UNIT', 'ROLE', 'GROUP', 'RESOURCE'] } as const

export const evaluateAuthzen = endpoint({
  route: 'POST /access/v1/evaluation',
  summary: 'Access Evaluation API of OpenID AuthZEN 1.0.',
  description:
    'A subject is `{ "type": "user", "id": "usr_…" }`, an action a permission such as `users:read`. Properties of a resource are its attributes, of which `unitId` and `ownerId` say where it lies; of things of this product they are read. About others than oneself it takes `role_assignments:read`.',
  body: AuthzenRequest,
  reply: AuthzenDecision,
  ...asks,
})

export const evaluateAuthzenMany = endpoint({
  route: 'POST /access/v1/evaluations',
  summary: 'Access Evaluations API of OpenID AuthZEN 1.0: up to 100 at once, of which the request itself says the defaults.',
  body: z.looseObject({
    subject: Subject.optional(),
    action: Action.optional(),
    resource: Resource.optional(),
    context: Context.optional(),
    evaluations: z.array(AuthzenRequest.partial()).max(100).optional(),
    options: z
      .looseObject({ evaluations_semantic: z.enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit']).optional() })
      .optional(),
  }),
  reply: z.union([AuthzenDecision, z.object({ evaluations: z.array(AuthzenDecision) })]),
  ...asks,
})

/** What is looked for has a type alone; an id that comes with it is ignored. */
const Sought = z.looseObject({ type: Text, id: z.unknown().optional(), properties: Properties.optional() })
const Page = z.looseObject({
  token: z.string().max(8_000).optional(),
  limit: z.number().int().min(0).optional(),
  properties: Properties.optional(),
})

const found = <T extends z.ZodType>(result: T) =>
  z.object({ page: z.object({ next_token: z.string(), count: z.number().int() }), results: z.array(result) })
const Named = z.object({ type: z.string(), id: z.string() })

const searching = 'A page is short, or empty, where little is found, and the last one is the one whose `page.next_token` is empty.'

export const searchAuthzenSubjects = endpoint({
  route: 'POST /access/v1/search/subject',
  summary: 'Subject Search API of OpenID AuthZEN 1.0: the members (`user`) or API keys (`api_key`) that may do something.',
  description: `It takes \`role_assignments:read\`, and only subjects are shown that the caller may see. ${searching}`,
  body: z.looseObject({ subject: Sought, action: Action, resource: Resource, context: Context.optional(), page: Page.optional() }),
  reply: found(Named),
  ...asks,
  reads: [...asks.reads, 'API_KEY', 'ROLE_ASSIGNMENT'],
})

export const searchAuthzenResources = endpoint({
  route: 'POST /access/v1/search/resource',
  summary:
    'Resource Search API of OpenID AuthZEN 1.0: the users, units, groups or registered things with which a subject may do something.',
  description: `Only resources are shown that the caller may read. ${searching}`,
  body: z.looseObject({ subject: Subject, action: Action, resource: Sought, context: Context.optional(), page: Page.optional() }),
  reply: found(Named),
  ...asks,
})

export const searchAuthzenActions = endpoint({
  route: 'POST /access/v1/search/action',
  summary: 'Action Search API of OpenID AuthZEN 1.0: the permissions by which a subject may act on a resource.',
  description: searching,
  body: z.looseObject({ subject: Subject, resource: Resource, context: Context.optional(), page: Page.optional() }),
  reply: found(z.object({ name: z.string() })),
  ...asks,
  reads: [...asks.reads, 'PERMISSION'],
})

export const AuthzenConfiguration = z.object({
  policy_decision_point: z.url(),
  access_evaluation_endpoint: z.url(),
  access_evaluations_endpoint: z.url(),
  search_subject_endpoint: z.url(),
  search_resource_endpoint: z.url(),
  search_action_endpoint: z.url(),
})

export const getAuthzenConfiguration = endpoint({
  route: 'GET /.well-known/authzen-configuration',
  summary: 'Where the AuthZEN endpoints are.',
  public: 'Whoever is to ask reads it before signing in.',
  raw: true,
  reply: AuthzenConfiguration,
})
