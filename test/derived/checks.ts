import { expect } from '@jest/globals'
import * as z from 'zod'
import { type Endpoint, isVerified } from '../../shared/endpoint.ts'
import type { Made, RequestExample } from '../../shared/examples.ts'

/** What follows from a contract and can be asked of whatever answers for it: the running product, or a handler in this process. */

/** Whoever may call, a member of the same organization who may not, and somebody as mighty elsewhere. */
export type Caller = 'permitted' | 'unprivileged' | 'stranger'

export interface Sent {
  as?: Caller
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
}

export interface Answered {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape the endpoint answers.
  body: any
}

export interface Subject {
  name: string
  contract: Endpoint
  example: RequestExample
  /** Real resources of the organization of whoever may call, by what they are. */
  resources: Record<string, string>
  send(sent: Sent): Promise<Answered>
}

export interface Check {
  name: string
  appliesTo(contract: Endpoint): boolean
  /** Throws where the guarantee does not hold. */
  run(subject: Subject): Promise<void>
}

/** The endpoint by which a resource comes to be known. */
export const makerOf = (made: Made): string => ('madeBy' in made ? made.madeBy : 'listedBy' in made ? made.listedBy : made.refusedBy)

/** Of the resources, the one that a schema names; throws rather than let a check pass that asked for nothing. */
export function resourceFor(place: string, schema: z.ZodType, resources: Record<string, string>): string {
  const fitting = Object.values(resources).find((id) => schema.safeParse(id).success)
  if (fitting) return fitting
  throw new Error(`No example is a resource for ${place}: state in a manifest's examples how one is made.`)
}

/** Says what is wrong with a request without asking for a signature first. */
const judgesInput = (contract: Endpoint) => !isVerified(contract)
const isSigned = (contract: Endpoint) => !('public' in contract)
const caller = (contract: Endpoint): { as?: Caller } => (isSigned(contract) ? { as: 'permitted' } : {})
const shapeOf = (schema: z.ZodType | undefined): Record<string, z.ZodType> =>
  schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {}

/** The path with resources that are there, so that the rest of a request decides. */
export function paramsOf({ name, contract, resources }: Subject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(contract.params?.shape ?? {}).map(([param, schema]) => [
      param,
      schema instanceof z.ZodEnum ? String(schema.options[0]) : resourceFor(`{${param}} of ${name}`, schema as z.ZodType, resources),
    ]),
  )
}

/** What a word, a short name or a sentence may be, and no id. */
const NO_IDS = ['no-id', 'no_id']

/** Fields that take an id: those whose schema tells ids from other text, and those that are called so. */
function idFieldsOf(schema: z.ZodType | undefined, resources: Record<string, string>): { field: string; values: unknown[] }[] {
  return Object.entries(shapeOf(schema)).flatMap(([field, inner]) => {
    const takes = (value: unknown) => inner.safeParse(value).success
    const isId = !NO_IDS.some((word) => takes(word) || takes([word])) || /Ids?$/.test(field)
    const candidates: unknown[] = Object.values(resources).flatMap((id) => [id, [id]])
    const values = isId ? candidates.filter(takes) : []
    return values.length > 0 ? [{ field, values }] : []
  })
}

const isRefused = ({ status, body }: Answered) => status >= 400 && status < 500 && body.success === false
const codeOf = ({ status, body }: Answered) => [status, body.code]

const detailNames = ({ body }: Answered) => Object.keys(body.details ?? {})

/** Takes unknown fields and ignores them, as another's standard demands. */
const isOpen = (schema: z.ZodType) => schema instanceof z.ZodObject && schema.def.catchall instanceof z.ZodUnknown

/** The fields of a body, those of every alternative if it is one of several. */
const fieldsOf = (schema: z.ZodType): string[] =>
  schema instanceof z.ZodUnion ? schema.def.options.flatMap((each) => fieldsOf(each as z.ZodType)) : Object.keys(shapeOf(schema))

export const checks = {
  signedOut: {
    name: 'is refused without a token',
    appliesTo: isSigned,
    async run(subject) {
      const { status } = await subject.send({ params: paramsOf(subject), ...subject.example })
      expect(status).toBe(401)
    },
  },
  signature: {
    name: 'is refused without a signature, whatever it says',
    appliesTo: isVerified,
    async run(subject) {
      for (const body of [subject.example.body, { surprise: 1 }]) {
        expect(codeOf(await subject.send({ params: paramsOf(subject), body }))).toEqual([401, 'INVALID_SIGNATURE'])
      }
    },
  },
  permission: {
    name: 'is refused to a person who does not hold its permission',
    appliesTo: (contract) => 'permission' in contract,
    async run(subject) {
      const reply = await subject.send({ as: 'unprivileged', params: paramsOf(subject), ...subject.example })
      expect(codeOf(reply)).toEqual([403, 'FORBIDDEN'])
      expect(reply.body.details.missing).toBe('permission' in subject.contract && subject.contract.permission)
    },
  },
  foreignPath: {
    name: "does not know another organization's id in its path",
    appliesTo: (contract) => isSigned(contract) && contract.params !== undefined,
    async run(subject) {
      const reply = await subject.send({ as: 'stranger', params: paramsOf(subject), ...subject.example })
      expect(codeOf(reply)).toEqual([404, 'NOT_FOUND'])
    },
  },
  foreignBody: {
    name: "takes no id of another organization's in its body",
    appliesTo: (contract) => isSigned(contract) && contract.params === undefined && contract.body !== undefined,
    async run({ contract, example, resources, send }) {
      for (const { field, values } of idFieldsOf(contract.body, resources)) {
        for (const value of values) {
          const reply = await send({ as: 'stranger', body: { ...(example.body as object), [field]: value } })
          expect([field, isRefused(reply)]).toEqual([field, true])
        }
      }
    },
  },
  foreignQuery: {
    name: "finds nothing by another organization's id in its query",
    appliesTo: (contract) => isSigned(contract) && contract.params === undefined && contract.query !== undefined,
    async run({ contract, resources, send }) {
      for (const { field, values } of idFieldsOf(contract.query, resources)) {
        for (const value of values) {
          const reply = await send({ as: 'stranger', query: { [field]: String(value) } })
          expect([field, isRefused(reply) || reply.body.data]).toEqual([field, reply.status === 200 ? [] : true])
        }
      }
    },
  },
  malformedId: {
    name: 'does not know an id of the wrong form',
    appliesTo: (contract) => isSigned(contract) && contract.params !== undefined,
    async run(subject) {
      const params = Object.fromEntries(Object.keys(paramsOf(subject)).map((name) => [name, '../x']))
      expect((await subject.send({ as: 'permitted', params, ...subject.example })).status).toBe(404)
    },
  },
  unknownField: {
    name: 'refuses an unknown field by name',
    appliesTo: (contract) => contract.body !== undefined && judgesInput(contract) && !isOpen(contract.body),
    async run(subject) {
      const { contract, example } = subject
      const body = { ...(example.body as object), surprise: 1 }
      const reply = await subject.send({ ...caller(contract), params: paramsOf(subject), body })
      expect([...codeOf(reply), reply.body.details?.surprise]).toEqual([400, 'VALIDATION_ERROR', 'Unknown field'])
    },
  },
  wrongType: {
    name: 'refuses each field of the wrong type by name',
    appliesTo: (contract) => contract.body !== undefined && judgesInput(contract),
    async run(subject) {
      const { contract, example } = subject
      for (const field of fieldsOf(contract.body as z.ZodType)) {
        const isOfExample = Object.hasOwn(example.body as object, field)
        const body = { ...(isOfExample || !(contract.body instanceof z.ZodUnion) ? (example.body as object) : {}), [field]: [[42]] }
        const reply = await subject.send({ ...caller(contract), params: paramsOf(subject), body })
        expect([field, ...codeOf(reply)]).toEqual([field, 400, 'VALIDATION_ERROR'])
        expect(detailNames(reply)).toContainEqual(expect.stringMatching(new RegExp(`^${field.replaceAll('.', '\\.')}(\\.|$)`)))
      }
    },
  },
  unknownQuery: {
    name: 'refuses an unknown query parameter by name',
    appliesTo: (contract) => !contract.raw && judgesInput(contract),
    async run(subject) {
      for (const name of ['surprise', '__proto__']) {
        const { contract, example } = subject
        const query = Object.fromEntries([...Object.entries(example.query ?? {}), [name, '1']])
        const reply = await subject.send({ ...caller(contract), params: paramsOf(subject), ...example, query })
        expect(codeOf(reply)).toEqual([400, 'VALIDATION_ERROR'])
        expect(detailNames(reply)).toEqual([name])
      }
    },
  },
  reply: {
    name: 'answers a reading as its contract says',
    appliesTo: (contract) => isSigned(contract) && contract.route.startsWith('GET ') && contract.reply !== undefined,
    async run(subject) {
      const { contract, example } = subject
      const reply = await subject.send({ as: 'permitted', params: paramsOf(subject), ...example })
      expect(reply.status).toBe(contract.status ?? 200)
      const schema = contract.reply as z.ZodType
      // What may be missing on the way in is `null` on the way out, never absent.
      const given = contract.list ? reply.body.data : [reply.body.data]
      for (const data of given) expect(schema.parse(data)).toEqual(data)
    },
  },
} satisfies Record<string, Check>
