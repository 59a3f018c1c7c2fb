import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../infra/bundle.ts'
import { bundleAnchor } from './anchors.ts'
import { type Command, type FakeAws, startFakeAws } from './fake-aws.ts'
import { CALLER, environmentFor, eventFor, median, partsNamed, type Subject } from './subject.ts'

/** Calls a round; so few that rounds of all subjects lie close together. */
const CALLS = 400
/** Until V8 has compiled what it will compile. */
const WARM_UP = 3_000

interface Warm {
  /** Processor time in milliseconds of a call, over a round. */
  round(calls?: number): Promise<number>
  end(): void
}

function warm({ file, event }: Subject, env: NodeJS.ProcessEnv): Warm {
  const child = fork(join(import.meta.dirname, 'warm-calls.cjs'), [file, JSON.stringify(event), CALLER], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  child.stdout?.resume()
  const ended = new AbortController()
  child.once('exit', () => ended.abort(new Error(`${file} ended.`)))
  return {
    async round(calls = CALLS) {
      child.send(calls)
      const [took] = await once(child, 'message', { signal: ended.signal })
      return Number(took) / 1_000 / calls
    },
    end: () => child.disconnect(),
  }
}

/** The commands that one more call of a warm function sends to the table. */
async function commandsOf(subject: Warm, aws: FakeAws): Promise<Command[]> {
  await subject.round(1)
  const seen: Command[] = []
  aws.listen((command) => seen.push(command))
  await subject.round(1)
  aws.listen(() => undefined)
  return seen
}

/**
 * What a warm call costs of processor time, beside a handler of nothing but the SDK that sends the same commands to the table: each in a process
 * of its own, in rounds that take turns, so that whatever else the machine does falls on all alike.
 */
export async function benchWarm(rounds = 25): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
  const aws = await startFakeAws()
  const running: Warm[] = []
  const begin = (subject: Subject, env: NodeJS.ProcessEnv) => {
    const begun = warm(subject, { ...environmentFor(aws.url), ...env })
    running.push(begun)
    return begun
  }
  try {
    const parts = partsNamed(['users-get-user', 'users-create-user'])
    await bundle(parts, { outdir: join(outdir, 'own'), local: false })
    const bare = await bundleAnchor(join(import.meta.dirname, 'bare-replay.ts'), join(outdir, 'bare', 'index.js'))
    const pairs = []
    for (const part of parts) {
      const event = eventFor(part)
      const own = begin({ name: part.name, file: join(outdir, 'own', part.name, 'index.js'), event }, {})
      const commands = await commandsOf(own, aws)
      const beside = begin({ name: part.name, file: bare.file, event }, { BENCH_COMMANDS: JSON.stringify(commands) })
      pairs.push({ name: part.name, own, beside, commands, times: [] as { own: number; bare: number }[] })
    }
    for (const each of running) await each.round(WARM_UP)
    for (let round = 0; round < rounds; round++)
      for (const { own, beside, times } of pairs) times.push({ own: await own.round(), bare: await beside.round() })
    console.log(`Processor time of a warm call in ms, median of ${rounds} rounds of ${CALLS} calls`)
    console.log('  ours   bare   more  ratio')
    for (const { name, commands, times } of pairs) {
      const [own, bare, more, ratio] = [
        median(times.map((time) => time.own)),
        median(times.map((time) => time.bare)),
        median(times.map((time) => time.own - time.bare)),
        median(times.map((time) => time.own / time.bare)),
      ]
      const sent = commands.map(({ operation }) => operation).join(', ')
      console.log(
        `${[own, bare, more].map((ms) => ms.toFixed(3).padStart(6)).join(' ')} ${ratio.toFixed(2).padStart(6)}  ${name} (${sent})`,
      )
    }
  } finally {
    for (const each of running) each.end()
    aws.server.closeAllConnections()
    aws.server.close()
    rmSync(outdir, { recursive: true })
  }
}
