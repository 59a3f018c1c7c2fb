import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What the system tells about the processes of this machine: Linux by `/proc`, others by `ps` and `lsof` where there are such. */

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A text that no other process ever has which is given the same id later; `undefined` where the system does not tell. */
export function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return asked('ps', ['-o', 'lstart=', '-p', String(pid)])
  return known(() => {
    // Its name, in parentheses, may hold anything; the start is the 20th word behind it, in ticks since the machine started.
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)?.trim().split(' ')[19]
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`
  })
}

/** The process that listens on the port, in words: `process 1234 (node local/start.ts)`. */
export function holderOf(port: number): string | undefined {
  const pid = process.platform === 'linux' ? listenerOnLinux(port) : asked('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'])
  if (pid === undefined) return undefined
  const command = process.platform === 'linux' ? commandOnLinux(pid) : asked('ps', ['-o', 'command=', '-p', pid])
  return `process ${pid}${command ? ` (${command.slice(0, 120)})` : ''}`
}

function listenerOnLinux(port: number): string | undefined {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = ['tcp', 'tcp6'].flatMap((table) => known(() => readFileSync(`/proc/net/${table}`, 'utf8'))?.split('\n') ?? [])
  const listening = rows.map((row) => row.trim().split(/\s+/)).filter(([, local = '', , state]) => local.endsWith(ending) && state === '0A')
  const sockets = new Set(listening.map((row) => `socket:[${row[9]}]`))
  const holds = (pid: string) =>
    known(() => readdirSync(`/proc/${pid}/fd`))?.some((fd) => sockets.has(known(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? ''))
  return sockets.size === 0 ? undefined : readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && holds(entry))
}

const commandOnLinux = (pid: string) => known(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim())

const asked = (program: string, args: string[]) =>
  known(
    () =>
      execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
        .trim()
        .split('\n')[0] || undefined,
  )

/** Of a process that has ended meanwhile, or belongs to somebody else, nothing is known. */
function known<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
