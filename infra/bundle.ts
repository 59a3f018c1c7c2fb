import { cpSync, existsSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import type { Part } from './parts.ts'
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

/** Bundles every function in one run, into `<outdir>/<name>/index.js`, with the files its contract names beside it. */
export async function bundle(parts: readonly Part[], { outdir, local, plugins = [] }: BundleOptions): Promise<void> {
  checkFiles(parts)
  rmSync(outdir, { recursive: true, force: true })
  await build({
    ...common,
    ...(local ? forThisMachine : forLambda),
    absWorkingDir: projectRoot,
    entryPoints: Object.fromEntries(parts.map(({ name, file }) => [`${name}/index`, file])),
    outdir,
    plugins,
  })
  for (const { name, assets } of parts) {
    for (const asset of assets) cpSync(join(projectRoot, asset), join(outdir, name, basename(asset)))
  }
}
