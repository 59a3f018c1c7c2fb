import { cpSync, existsSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { leanDependencies, withoutTokens } from './lean-dependencies.ts'
import type { Part } from './parts.ts'
import { pureConstants } from './pure-constants.ts'
import { checkSizes, checksTokens } from './size-budget.ts'
import { projectRoot } from './stage.ts'

export interface BundleOptions {
  /** A folder for each function is written into this one, which is emptied first. */
  outdir: string
  /** For this machine: the SDK stays in node_modules, lines keep their places. Else everything is bundled and minified. */
  local: boolean
  /** What changes sources on their way, such as counting coverage. */
  plugins?: Plugin[]
}

/** CommonJS built from ES modules starts fastest on Lambda. */
const common: BuildOptions = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  charset: 'utf8',
  logLevel: 'silent',
  legalComments: 'none',
  loader: { '.html': 'text', '.txt': 'text', '.css': 'text' },
}
const forThisMachine: BuildOptions = { sourcemap: 'inline', sourcesContent: false, external: ['@aws-sdk/*', '@smithy/*'] }
const forLambda: BuildOptions = { minify: true }

/** Throws, listing them all, when a contract, a rule or a task stands without its file. */
export function checkFiles(parts: readonly Part[]): void {
  const missing = parts.flatMap(({ file, assets }) => [file, ...assets].filter((path) => !existsSync(join(projectRoot, path))))
  if (missing.length === 0) return
  throw new Error(
    `These files are named by a contract, a rule or a task, but do not exist:\n${[...new Set(missing)].map((path) => `  ${path}`).join('\n')}`,
  )
}

function buildAll(parts: readonly Part[], { outdir, local }: BundleOptions, plugins: Plugin[]) {
  return build({
    ...common,
    ...(local ? forThisMachine : forLambda),
    absWorkingDir: projectRoot,
    entryPoints: Object.fromEntries(parts.map(({ name, file }) => [`${name}/index`, file])),
    outdir,
    metafile: true,
    plugins,
  })
}

/**
 * Bundles every function into `<outdir>/<name>/index.js`, with the files its contract names beside it: in one run, and in another the
 * few that check tokens themselves. Gives the size of each in bytes; throws when one is larger on Lambda than its budget.
 */
export async function bundle(parts: readonly Part[], options: BundleOptions): Promise<Map<string, number>> {
  const { outdir, plugins = [] } = options
  checkFiles(parts)
  rmSync(outdir, { recursive: true, force: true })
  const lean = [...plugins, pureConstants, leanDependencies]
  const [checking = [], others = []] = [true, false].map((checks) => parts.filter((part) => checksTokens(part) === checks))
  const built = await Promise.all([buildAll(checking, options, lean), buildAll(others, options, [withoutTokens, ...lean])])
  for (const { name, assets } of parts) {
    for (const asset of assets) cpSync(join(projectRoot, asset), join(outdir, name, basename(asset)))
  }
  const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs)) as Metafile['outputs']
  const sizes = new Map(Object.entries(outputs).map(([path, { bytes }]) => [basename(dirname(path)), bytes]))
  if (!options.local) checkSizes(parts, sizes)
  return sizes
}
