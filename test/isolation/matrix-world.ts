import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import { handler as onAnyEvent } from '../../functions/audit/on-any-event.ts'
import { catalogue, requestExamples, resourceExamples } from '../../functions/catalogue.ts'
import { deliver } from '../../functions/notifications/notification-store.ts'
import * as technicians from '../../functions/technicians/contract.ts'
import { handler as grantAccess } from '../../functions/technicians/grant-technician-access.ts'
import { link } from '../../functions/technicians/test-entry.ts'
import { kebab, type Named } from '../../shared/endpoint.ts'
import { fromRecord } from '../../shared/event.ts'
import { withReal } from '../../shared/examples.ts'
import { newId } from '../../shared/ids.ts'
import { start } from '../../shared/jobs/job.ts'
import { jobs } from '../../shared/jobs/job-store.ts'
import type { LambdaHandler } from '../../shared/serve/serve.ts'
import { auditId } from '../../shared/store/audit-keys.ts'
import { eventPartitions } from '../../shared/store/keys.ts'
import { save } from '../../shared/store/writes.ts'
import { makerOf, paramsOf } from '../derived/checks.ts'
import type { Bench, Person, RequestOptions } from '../workbench.ts'

/**
 * An organization in which every endpoint has something to act on: a provider's, with a customer of its own, and itself the customer of another
 * provider, whose technicians are its guests.
 */
export interface World {
  bench: Bench
  /** Administrates it, and may do everything. */
  ada: Person
  /** Of the other provider. */
  grace: Person
  /** When it was begun. */
  since: string
  /** One of each resource of the organization, by what it is. */
  resources: Record<string, string>
  /** A technician, let in on these terms; gives the id of the access too. */
  guest(terms?: object): Promise<{ technician: Person; accessId: string }>
  /** What stands in the table, save the traces of refusals: a change and its event are one write, so nothing changes without a new key. */
  keys(): Promise<string[]>
}

const SERVICES = [...new Set(catalogue.map(({ context }) => kebab(context)))]

/** A request that fits the contract, about resources that are there. */
export function requestOf({ name, contract }: Named, resources: Record<string, string>): RequestOptions {
  const example = withReal(requestExamples.get(name) ?? {}, resources)
  const params = paramsOf({ name, contract, example, resources, send: () => Promise.reject() })
  return { ...example, ...(contract.params ? { params } : {}) }
}

export type Load = (file: string) => { handler: LambdaHandler }

/** A function is of one part of the product, which guests' limits ask about. */
export function call({ bench }: Pick<World, 'bench'>, named: Named, load: Load, options: RequestOptions) {
  process.env.TESSERA_CONTEXT = kebab(named.context)
  return bench.request(load(named.file).handler, named.contract, options)
}

/** What comes to be by itself, as people act; here no reaction runs. */
async function laidOut(bench: Bench, { organizationId, userId }: Person): Promise<Record<string, string>> {
  const tenant = bench.tenant(organizationId)
  const at = new Date().toISOString()
  const job = start({ id: newId('job'), organizationId, kind: 'isolation/wait', input: {}, startedBy: userId, at })
  const notification = { id: newId('ntf'), type: 'user.joined', createdAt: at, parameters: {}, link: '/' }
  await tenant.commit([save(jobs, job), deliver(organizationId, userId, notification as never)])
  const partitions = eventPartitions(at.slice(0, 10))
  const { items } = await tenant.list<Record<string, unknown>>({ partitions, index: 'g1', limit: 1 })
  const [event] = items.map(fromRecord)
  if (!event) throw new Error('Nothing happened in this organization.')
  await bench.react(onAnyEvent, event)
  return { job: job.after.id, ntf: notification.id, aud: auditId(event.id) }
}

const named = (name: string) => catalogue.find((each) => each.name === name) as Named

async function makeEach(world: World, load: Load): Promise<void> {
  const { bench, ada, resources } = world
  const basic = await bench.member(ada)
  for (const [kind, made] of resourceExamples) {
    if ('listedBy' in made) continue
    const maker = named(makerOf(made))
    // Whoever holds everything is refused nothing, and has nothing to ask for.
    const as = 'refusedBy' in made || 'self' in maker.contract ? basic : ada
    const { body } = await call(world, maker, load, { as, ...requestOf(maker, resources) })
    const id = body.data?.id ?? body.details?.reference
    if (!id) throw new Error(`No ${kind} was made: ${JSON.stringify(body)}`)
    resources[kind] = id
  }
}

async function keys(): Promise<string[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
  const found: string[] = []
  for await (const { Items = [] } of paginateScan({ client }, { TableName: process.env.TESSERA_TABLE ?? '', ConsistentRead: true }))
    found.push(...Items.map(({ pk, sk }) => `${pk} / ${sk}`))
  return found.filter((key) => !/#(DENIALS|AUDIT)#|^RATE#/.test(key)).sort()
}

export async function openMatrixWorld(bench: Bench, load: Load): Promise<World> {
  const ada = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
  const grace = await bench.founder({ type: 'mss_provider', roleIds: ['rol_super_admin'] })
  await link(bench, grace, ada)
  const world: World = {
    bench,
    ada,
    grace,
    since: new Date().toISOString(),
    resources: { session: ada.sessionId },
    keys,
    async guest(terms = {}) {
      const technician = await bench.member(grace, { roleIds: ['rol_technician'] })
      const body = { technicianId: technician.userId, accessLevel: 'full', allowedServices: SERVICES, ...terms }
      const reply = await bench.request(grantAccess, technicians.grantTechnicianAccess, { as: ada, body })
      if (reply.status !== 201) throw new Error(`The technician was not let in: ${JSON.stringify(reply.body)}`)
      return { technician, accessId: reply.body.data.id }
    },
  }
  Object.assign(world.resources, await laidOut(bench, ada))
  world.resources.tec = (await world.guest()).accessId
  await makeEach(world, load)
  return world
}
