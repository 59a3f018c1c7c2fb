import { randomBytes } from 'node:crypto'
import { type Answer, ApiError } from '../../client/call.ts'
import type { Operations } from '../../client/operations.ts'
import { catalogue, idPrefixes, requestExamples, resourceExamples } from '../../functions/catalogue.ts'
import type { Named } from '../../shared/endpoint.ts'
import { type RequestExample, withReal } from '../../shared/examples.ts'
import { makerOf, resourceFor } from '../derived/checks.ts'
import { eventually, freshMail } from './journey.ts'

/** Calls that follow from the manifests' examples. */

type Calls = Record<string, (options: object) => Promise<Answer<never>>>

const call = (api: Operations, name: string, options: object) => ((api as unknown as Calls)[name] as Calls[string])(options)
const namedBy = (name: string) => catalogue.find((each) => each.name === name) as Named

/** What programs call something by: `night_shift`, `invoices:approve`. */
const isWord = (name: string) => /^[a-z0-9_:]+$/.test(name)

/** An example with a name and an address that nobody has yet, so that no two calls collide, and with resources that are there. */
export function freshExample(name: string, resources: Readonly<Record<string, string>>): RequestExample {
  const { body, ...example } = withReal(requestExamples.get(name) ?? {}, resources)
  const fields = (body ?? {}) as { email?: string; name?: string }
  const fresh = {
    ...(fields.email ? { email: freshMail('example') } : {}),
    ...(fields.name ? { name: `${fields.name}${isWord(fields.name) ? '_' : ' '}${randomBytes(4).toString('hex')}` } : {}),
  }
  return body === undefined ? example : { ...example, body: { ...fields, ...fresh } }
}

function refusalOf(answer: unknown): string {
  if (answer instanceof ApiError) return String(answer.details.reference)
  throw new Error('Whoever was to be refused was not.')
}

/** Makes one of a resource, as its example says; gives its id. */
export async function makeOne(kind: string, api: Operations, resources: Readonly<Record<string, string>>): Promise<string> {
  const made = resourceExamples.get(kind)
  if (!made) throw new Error(`No example says how a ${kind} is made.`)
  if ('madeBy' in made) return ((await call(api, made.madeBy, freshExample(made.madeBy, resources))).data as { id: string }).id
  if ('refusedBy' in made) return refusalOf(await call(api, made.refusedBy, {}).catch((error: unknown) => error))
  const { data } = await eventually(
    () => call(api, made.listedBy, {}),
    (page) => (page.data as { items: unknown[] }).items.length > 0,
  )
  return (data as { items: { id: string }[] }).items[0]?.id ?? ''
}

/** What a provider's staff alone may call. */
export const isProviders = ({ contract }: Named) =>
  contract.customer !== undefined || ('permission' in contract && /^(organizations|customer_access):/.test(contract.permission))

/**
 * One of each resource that there is an example of, in the order of the contexts, save those that nobody is there to make. `refused` is whoever
 * meets the refusals of a provider's endpoints.
 */
export async function makeEach(apiFor: (maker: Named) => Operations | undefined, refused: Operations): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  for (const [kind, made] of resourceExamples) {
    const api = 'refusedBy' in made ? refused : apiFor(namedBy(makerOf(made)))
    if (api) ids[kind] = await makeOne(kind, api, ids)
  }
  return ids
}

/** The kind of resource that the route's `{id}` names, by how such an id looks. */
function kindOfId({ name, contract }: Named, resources: Readonly<Record<string, string>>): string | undefined {
  const schema = contract.params?.shape.id
  if (!schema) return undefined
  const id = resourceFor(`{id} of ${name}`, schema, resources)
  return Object.keys(resources).find((kind) => idPrefixes.has(kind) && resources[kind] === id)
}

/** A call of an ordinary endpoint, of a resource that was made for it. */
export async function ordinaryCall(name: string, api: Operations, resources: Readonly<Record<string, string>>) {
  const kind = kindOfId(namedBy(name), resources)
  const params = kind ? { params: { id: await makeOne(kind, api, resources) } } : {}
  const example = freshExample(name, resources)
  return () => call(api, name, { ...example, ...params })
}
