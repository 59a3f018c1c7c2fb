import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { projectRoot } from '../infra/stage.ts'

/** What starts are measured beside: handlers that read one item, by the SDK alone and by two frameworks. */

const folder = join(import.meta.dirname, 'anchors')
/** Nest looks for them when it loads, and goes on without. */
const OPTIONAL = [
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'class-transformer',
  'class-transformer/*',
  'class-validator',
]

export const BARE = 'bare SDK handler'
/** They need nothing that is not installed. */
const PLAIN = { 'Node with TLS': join(import.meta.dirname, 'node-alone.ts'), [BARE]: join(import.meta.dirname, 'bare-handler.ts') }
const FRAMEWORKS = { Hono: join(folder, 'hono.mjs'), Nest: join(folder, 'nest.mjs') }

/** The frameworks are installed for the bench alone, so that nobody else waits for them. Says so where that cannot be done. */
function areInstalled(): boolean {
  if (existsSync(join(folder, 'node_modules'))) return true
  try {
    console.log('Installing Hono and Nest, which starts are measured beside …')
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', folder], { cwd: projectRoot, stdio: ['ignore', 'ignore', 'inherit'] })
    return true
  } catch {
    console.log('Hono and Nest could not be installed, so starts are measured beside the bare SDK handler alone.')
    return false
  }
}

/** Bundles one as the product's functions are; gives its file and its size in bytes. */
export async function bundleAnchor(entry: string, file: string): Promise<{ file: string; bytes: number }> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    minify: true,
    // Nest tells its classes apart by their names.
    keepNames: true,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: OPTIONAL,
  })
  return { file, bytes: Object.values(metafile.outputs)[0]?.bytes ?? 0 }
}

/** Bundles each, by name. */
export async function anchors(outdir: string): Promise<Map<string, { file: string; bytes: number }>> {
  const entries = { ...PLAIN, ...(areInstalled() ? FRAMEWORKS : {}) }
  const built = Object.entries(entries).map(
    async ([name, entry]) => [name, await bundleAnchor(entry, join(outdir, name, 'index.js'))] as const,
  )
  return new Map(await Promise.all(built))
}
