import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { checkPorts, portsFrom } from './ports.ts'
import { isAlive } from './processes.ts'

const root = resolve(import.meta.dirname, '..')
async function freeBase(from = 6_100): Promise<number> {
  const isFree = await checkPorts(portsFrom(from)).then(
    () => true,
    () => false,
  )
  return isFree ? from : freeBase(from + 10)
}

/** The process and all that came of it. */
function familyOf(pid: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const children = rows.map((row) => row.trim().split(/\s+/).map(Number)).flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))
  return [pid, ...children.flatMap(familyOf)]
}

/** Resolves while DynamoDB Local runs and the app is being synthesized. */
async function start(wanted?: number): Promise<{ child: ChildProcess; family: number[]; port: number }> {
  const port = wanted ?? (await freeBase())
  const env = {
    ...process.env,
    TESSERA_PORT: String(port),
    TESSERA_DATA: mkdtempSync(join(tmpdir(), 'start-')),
    npm_lifecycle_event: 'start',
  }
  const child = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  for await (const chunk of child.stdout ?? []) {
    output += chunk
    if (output.includes('✓ Java found')) break
  }
  const family = familyOf(child.pid ?? 0)
  // npm, the wrapper, the stack, the shell that guards Java, and Java.
  expect(family.length).toBeGreaterThanOrEqual(5)
  return { child, family, port }
}

test.each([
  ['npm', 'SIGKILL', 0],
  ['npm', 'SIGTERM', 0],
  ['the wrapper', 'SIGKILL', 1],
  ['the wrapper', 'SIGTERM', 1],
  ['the stack', 'SIGKILL', 2],
] as const)('when %s is ended by %s, nothing that it started is left, and its ports are free', async (_who, signal, index) => {
  const { child, family, port } = await start()
  const gone = once(child, 'exit')
  process.kill(family[index] ?? 0, signal)
  await gone
  while (family.some(isAlive)) await sleep(50)
  await expect(checkPorts(portsFrom(port))).resolves.toBeUndefined()
})

test('a start at the very moment in which an earlier one is killed waits for what it leaves behind, and goes on', async () => {
  const first = await start()
  process.kill(first.family[2] ?? 0, 'SIGKILL')
  const second = await start(first.port)
  const gone = once(second.child, 'exit')
  second.child.kill('SIGTERM')
  await gone
  while ([...first.family, ...second.family].some(isAlive)) await sleep(50)
})
