import { resolve } from 'node:path'
import { run } from './command.ts'

/** `npm start`: see `npm start -- --help`. */

// Lambda's clock is UTC, and workers share the time zone of the process.
process.env.TZ = 'UTC'

const stopping = new AbortController()
let firstSignalAt: number | undefined

/** The first signal closes everything in order, a second one ends at once. One Ctrl-C can arrive twice: from the terminal and passed on by npm. */
function onSignal(): void {
  firstSignalAt ??= Date.now()
  stopping.abort()
  if (Date.now() - firstSignalAt > 500) process.exit(130)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
// Whoever started it was killed, and with it perhaps the terminal.
process.once('disconnect', () => stopping.abort())
process.stdout.on('error', () => {})

const args = process.argv.slice(2)
const root = resolve(import.meta.dirname, '..')
// Whatever a part forgot to close must not keep the terminal.
process.exit(await run({ args, env: process.env, root, output: process.stdout, stopping }))
