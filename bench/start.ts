import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../infra/bundle.ts'
import type { Part } from '../infra/parts.ts'
import { anchors, BARE } from './anchors.ts'
import { startFakeAws } from './fake-aws.ts'
import { environmentFor, eventFor, median, partsNamed, type Subject } from './subject.ts'

const CACHED = ', code cache'
const ENDPOINTS = ['users-get-user', 'users-create-user', 'notifications-list-notifications']

async function subjects(outdir: string): Promise<{ all: Subject[]; sizes: Map<string, number> }> {
  const parts = partsNamed(ENDPOINTS)
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
  cpuMs: number
  logBytes: number
}

/** From spawning the process to its end; throws when the function did not answer what was asked for. */
function start({ name, file, event }: Subject, url: string): Promise<Start> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start-once.cjs'), file, JSON.stringify(event)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environmentFor(url),
  })
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      const last = printed.split('\n').at(-1) ?? ''
      const [status = 0, cpuMs = 0] = last.split(' ').map(Number)
      if (status >= 200 && status < 300)
        resolve({ ms: performance.now() - startedMs, cpuMs, logBytes: Buffer.byteLength(printed) - last.length - 1 })
      else reject(new Error(`${name} answered ${printed.trim() || 'nothing'} instead of what was asked for.`))
    })
  })
}

/**
 * How long a function takes from nothing to its first answer, beside a handler of nothing but the SDK, and beside Hono and Nest. Rounds take
 * turns, so that whatever else the machine does falls on all alike; only ratios within one run mean anything.
 */
export async function benchStarts(rounds = 25): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
  const { url, server } = await startFakeAws()
  try {
    const { all, sizes } = await subjects(outdir)
    const starts = new Map<string, Start[]>(all.map(({ name }) => [name, []]))
    // The first round fills the cache of the disk, and is not counted.
    for (let round = 0; round <= rounds; round++) {
      for (const subject of all) {
        const made = await start(subject, url)
        if (round > 0) starts.get(subject.name)?.push(made)
      }
    }
    const of = (name: string, what: keyof Start) => median((starts.get(name) ?? []).map((each) => each[what]))
    const ratio = (name: string, other: string, what: keyof Start) => (of(name, what) / of(other, what)).toFixed(2)
    const beside = [BARE, 'Hono', 'Nest'].filter((name) => starts.has(name))
    console.log(
      `Start to first answer, median of ${rounds} rounds (${BARE}: ${of(BARE, 'ms').toFixed(0)} ms), as a part of; of processor time`,
    )
    console.log(`${beside.map((name) => name.padStart(BARE.length)).join('  ')}        size         log`)
    for (const { name } of all) {
      const ratios = beside.map((other) => `${ratio(name, other, 'ms')}; ${ratio(name, other, 'cpuMs')}`.padStart(BARE.length)).join('  ')
      const size = `${Math.round((sizes.get(name.replace(CACHED, '')) ?? 0) / 1_000)} KB`
      console.log(`${ratios}  ${size.padStart(10)}  ${`${of(name, 'logBytes')} B`.padStart(10)}  ${name}`)
    }
  } finally {
    server.closeAllConnections()
    server.close()
    rmSync(outdir, { recursive: true })
  }
}
