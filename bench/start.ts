// `npm run bench`: how long a function takes from nothing to its first answer, beside a handler of nothing but the SDK.
// Rounds take turns, so that whatever else the machine does falls on all alike; only ratios within one run mean anything.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { catalogue, reactions, tasks } from '../functions/catalogue.ts'
import { bundle } from '../infra/bundle.ts'
import { allParts, type Part, partsOf } from '../infra/parts.ts'
import { methodOf, pathOf } from '../shared/endpoint.ts'
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
    rawPath: pathOf(contract).replace('{id}', id('usr')),
    pathParameters: { id: id('usr') },
    headers: { 'content-type': 'application/json' },
    ...(methodOf(contract) === 'GET' ? {} : { body: JSON.stringify(body) }),
    requestContext: {
      http: { method: methodOf(contract), sourceIp: '192.0.2.1', userAgent: 'bench' },
      authorizer: { jwt: { claims } },
    },
  }
}

async function subjects(outdir: string): Promise<{ all: Subject[]; sizes: Map<string, number> }> {
  const parts = allParts(partsOf(catalogue, reactions, tasks)).filter(({ name }) => ENDPOINTS.includes(name))
  const [plain, cached] = [join(outdir, 'plain'), join(outdir, 'cached')]
  const sizes = await bundle(parts, { outdir: plain, local: false })
  await bundle(parts, { outdir: cached, local: false, codeCache: true })
  const file = join(outdir, 'bare', 'index.js')
  const built = await build({
    entryPoints: [join(import.meta.dirname, 'bare-handler.ts')],
    outfile: file,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
  })
  sizes.set('bare SDK handler', Object.values(built.metafile.outputs)[0]?.bytes ?? 0)
  const of = (folder: string, remark: string) =>
    parts.map((part) => ({ name: part.name + remark, file: join(folder, part.name, 'index.js'), event: eventFor(part) }))
  return { all: [{ name: 'bare SDK handler', file, event: {} }, ...of(plain, ''), ...of(cached, CACHED)], sizes }
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
  const anchor = median(times.get('bare SDK handler') ?? [])
  console.log(`Start to first answer, median of ${ROUNDS} rounds, of a bare SDK handler (${anchor.toFixed(0)} ms):`)
  for (const { name } of all) {
    const size = sizes.get(name.replace(CACHED, '')) ?? 0
    console.log(
      `${(median(times.get(name) ?? []) / anchor).toFixed(2)}  ${Math.round(size / 1_000)} KB  ${String(logs.get(name) ?? 0).padStart(4)} B of log  ${name}`,
    )
  }
} finally {
  server.closeAllConnections()
  server.close()
  rmSync(outdir, { recursive: true })
}
