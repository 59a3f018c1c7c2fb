import { join } from 'node:path'
import type { JSONWebKeySet } from 'jose'
import { listen, shut } from '../listen.ts'
import type { AwsService, Clock, Deployment, Invoke, Log } from '../types.ts'
import { cognitoApi } from './api.ts'
import { openDesk } from './hosted/desk.ts'
import { publicKeys } from './hosted/discovery.ts'
import { type ForwardAws, hostedServer } from './hosted/server.ts'
import { openKeys } from './keys.ts'
import { readPools } from './pools.ts'
import { openRecords } from './records.ts'
import { openSessions, Session } from './session-store.ts'
import { createTickets } from './tickets.ts'
import { openUsers, User } from './user-store.ts'
import { type Challenge, realmOf, type SendCode, type World } from './world.ts'

export interface CognitoOptions {
  deployment: Deployment
  /** Users, sessions and keys stand in its folder `cognito`. */
  dataDir: string
  /** 0 takes any free port. */
  loginPort: number
  /** Where the product answers, named on the start page. */
  apiOrigin: string
  invoke: Invoke
  log: Log
  now?: Clock
  /** Where Cognito would send a code or a temporary password by mail. */
  sendCode?: SendCode
  forwardAws?: ForwardAws
}

export interface Cognito {
  service: AwsService
  port: number
  /** `http://localhost:<port>/<poolId>`, which serves `/.well-known/jwks.json`; throws for an unknown pool. */
  issuer(poolId: string): string
  /** The keys that sign the pool's tokens, as served under its issuer. */
  jwks(poolId: string): JSONWebKeySet
  close(): Promise<void>
}

/** The user pools of the deployment, with their hosted login on one port. Users, sessions and keys survive a restart; sign-ins under way do not. */
export async function startCognito(options: CognitoOptions): Promise<Cognito> {
  const { deployment, log, invoke, now = Date.now } = options
  const sendCode = options.sendCode ?? (() => undefined)
  const world: World = { realms: new Map(), challenges: createTickets<Challenge>(now), now, invoke, log, sendCode }
  const server = hostedServer(openDesk(world, options.apiOrigin, now), options.forwardAws)
  const port = await listen(server, options.loginPort)
  await openRealms(world, options, `http://localhost:${port}`)
  return {
    service: cognitoApi(world, { region: deployment.region, id: deployment.account }),
    port,
    issuer: (poolId) => realmOf(world, poolId).issuer,
    jwks: (poolId) => publicKeys(realmOf(world, poolId)),
    close: () => shut(server),
  }
}

async function openRealms(world: World, { deployment, dataDir }: CognitoOptions, origin: string): Promise<void> {
  for (const pool of readPools(deployment)) {
    const folder = join(dataDir, 'cognito', pool.id)
    world.realms.set(pool.id, {
      pool,
      issuer: `${origin}/${pool.id}`,
      keys: await openKeys(folder),
      users: openUsers(pool, openRecords(join(folder, 'users'), User)),
      sessions: openSessions(openRecords(join(folder, 'sessions'), Session), world.now()),
    })
  }
}
