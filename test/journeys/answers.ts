import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

/** Every answer that a journey's client sees is held against `openapi.json`, the document that callers are given. */

interface Response {
  content?: Record<string, { schema?: object }>
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>
  components: { schemas: Record<string, object> }
}

const text = readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8')
const document = JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Document
const validators = new Map<string, z.ZodType>()

function validatorOf(name: string, schema: object): z.ZodType {
  const known =
    validators.get(name) ?? z.fromJSONSchema({ ...schema, $defs: document.components.schemas } as Parameters<typeof z.fromJSONSchema>[0])
  validators.set(name, known)
  return known
}

export interface Seen {
  /** `GET /api/v1/users/{id}` */
  route: string
  status: number
  body: unknown
}

/** What the gateway answers by itself is not ours to describe. */
const isGateways = (body: unknown) => typeof body === 'object' && body !== null && Object.keys(body).join() === 'message'

/** Throws when the document does not name this answer's status, or describes another body. */
export function checkAnswer({ route, status, body }: Seen): void {
  if (isGateways(body) || status === 304) return
  const [method = '', path = ''] = route.split(' ')
  const response = document.paths[path]?.[method.toLowerCase()]?.responses[status]
  if (!response) throw new Error(`${route} answered ${status}, which openapi.json does not name: ${JSON.stringify(body)}`)
  const schema = response.content?.['application/json']?.schema
  if (!schema) return
  const result = validatorOf(`${route} ${status}`, schema).safeParse(body)
  if (!result.success) throw new Error(`${route} answered ${status} otherwise than openapi.json says:\n${z.prettifyError(result.error)}`)
}
