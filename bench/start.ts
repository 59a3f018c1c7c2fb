// `npm run bench`: how long a function takes from nothing to its first answer, beside a handler of nothing but the SDK, and beside Hono and Nest.
// Rounds take turns, so that whatever else the machine does falls on all alike; only ratios within one run mean anything.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalogue, reactions, tasks } from '../functions/catalogue.ts'
import { bundle } from '../infra/bundle.ts'
import { allParts, type Part, partsOf } from '../infra/parts.ts'
import { methodOf, pathOf } from '../shared/endpoint.ts'
import { anchors, BARE } from './anchors.ts'
import { startFakeAws } from './fake-aws.ts'

const ROUNDS = Number(process.argv[2] ?? 25)
const CACHED = ', code cache'
const ENDPOINTS = ['users-get-user', 'users-create-user', 'notifications-list-notifications']

interface Subject {
  name: string
  file: string
  event: object
}

const id = (prefix: string) => `${prefix}_01j9z0s6n6r3v7t4q2m8k5w1xa`
const claims = { username: id('usr'), origin_jti: 'session', org: id('org'), auth_time: '1', scope: 'aws.cognito.signin.user.admin' }

function eventFor({ rule }: Part): object {
  const contract = rule as Parameters<typeof methodOf>[0]
  const body = { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' }
  return {
    version: '2.0',
    routeKey: contract.route,
    rawPath: pathOf(contract).replace('{id}', id('usr')),
    rawQueryString: '',
    isBase64Encoded: false,
    pathParameters: { id: id('usr') },
    headers: { 'content-type': 'application/json' },
    ...(methodOf(contract) === 'GET' ? {} : { body: JSON.stringify(body) }),
    requestContext: {
      http: {
        method: methodOf(contract),
        path: pathOf(contract).replace('{id}', id('usr')),
        sourceIp: '192.0.2.1',
        userAgent: 'bench',
      },
      authorizer: { jwt: { claims } },
    },
  }
}

async function subjects(outdir: string): Promise<{ all: Subject[]; sizes: Map<string, number> }> {
  const parts = allParts(partsOf(catalogue, reactions, tasks)).filter(({ name }) => ENDPOINTS.includes(name))
  const [plain, cached] = [join(outdir, 'plain'), join(outdir, 'cached')]
  const sizes = await bundle(parts, { outdir: plain, local: false })
  await bundle(parts, { outdir: cached, local: false, codeCache: true })
  const beside = await anchors(join(outdir, 'anchors'))
  for (const [name, { bytes }] of beside) sizes.set(name, bytes)
  const event = eventFor(parts.find(({ name }) => name === ENDPOINTS[0]) as Part)
  const of = (folder: string, remark: string) =>
    parts.map((part) => ({ name: part.name + remark, file: join(folder, part.name, 'index.js'), event: eventFor(part) }))
  const others = [...beside].map(([name, { file }]) => ({ name, file, event }))
  return { all: [...others, ...of(plain, ''), ...of(cached, CACHED)], sizes }
}

interface Start {
  ms: number
  logBytes: number
}

/** From spawning the process to its end; throws when the function gave no decision. */
function start({ name, file, event }: Subject, url: string): Promise<Start> {
  const { PATH = '' } = process.env
  const startedMs = performance.now()
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start-once.cjs'), file, JSON.stringify(event)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH,
      TESSERA_TABLE: 'bench',
      TESSERA_DATA_ROLE: 'arn:aws:iam::000000000000:role/bench',
      TESSERA_KEYRING: 'bench',
      TESSERA_LOG_LEVEL: 'INFO',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'K',
      AWS_SECRET_ACCESS_KEY: 'S',
      AWS_ENDPOINT_URL: url,
    },
  })
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      const status = Number(printed.trim().split('\n').at(-1))
      if (status >= 200 && status < 500)
        resolve({ ms: performance.now() - startedMs, logBytes: Buffer.byteLength(printed) - `\n${status}`.length })
      else reject(new Error(`${name} answered ${printed.trim() || 'nothing'} instead of a decision.`))
    })
  })
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const outdir = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
const { url, server } = await startFakeAws()
try {
  const { all, sizes } = await subjects(outdir)
  const times = new Map<string, number[]>(all.map(({ name }) => [name, []]))
  const logs = new Map<string, number>()
  // The first round fills the cache of the disk, and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const subject of all) {
      const { ms, logBytes } = await start(subject, url)
      if (round > 0) times.get(subject.name)?.push(ms)
      logs.set(subject.name, logBytes)
    }
  }
  const of = (name: string) => median(times.get(name) ?? [])
  const beside = [BARE, 'Hono', 'Nest'].filter((name) => times.has(name))
  console.log(`Start to first answer, median of ${ROUNDS} rounds (${BARE}: ${of(BARE).toFixed(0)} ms), as a part of`)
  console.log(`${beside.map((name) => name.padStart(BARE.length)).join('  ')}        size         log`)
  for (const { name } of all) {
    const ratios = beside.map((other) => (of(name) / of(other)).toFixed(2).padStart(BARE.length)).join('  ')
    const size = `${Math.round((sizes.get(name.replace(CACHED, '')) ?? 0) / 1_000)} KB`
    console.log(`${ratios}  ${size.padStart(10)}  ${`${logs.get(name) ?? 0} B`.padStart(10)}  ${name}`)
  }
} finally {
  server.closeAllConnections()
  server.close()
  rmSync(outdir, { recursive: true })
}
