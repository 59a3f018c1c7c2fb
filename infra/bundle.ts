import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { addCodeCaches } from './code-cache.ts'
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
  /** With a V8 code cache for the Node that runs this. Locally Node keeps one itself, on the disk (`local/lambda`). */
  codeCache?: boolean
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
/** Code that V8 caches has no `import()` of its own: what is meant are modules of Node, which `require` gives as well. */
const forLambda: BuildOptions = { minify: true, supported: { 'dynamic-import': false } }

/** Throws, listing them all, when a contract, a rule or a task stands without its file. */
export function checkFiles(parts: readonly Part[]): void {
  const missing = parts.flatMap(({ file, assets }) => [file, ...assets].filter((path) => !existsSync(join(projectRoot, path))))
  if (missing.length === 0) return
  throw new Error(
    `These files are named by a contract, a rule or a task, but do not exist:\n${[...new Set(missing)].map((path) => `  ${path}`).join('\n')}`,
  )
}

/** What the bundle of a function is made from. */
export interface Recipe {
  file: string
  assets: readonly string[]
  checksTokens: boolean
}

const RECIPE = 'function.json'

const recipeOf = (part: Part): Recipe => ({ file: part.file, assets: part.assets, checksTokens: checksTokens(part) })

/** Leaves in a folder for each function what it takes to bundle it later. */
export function writeRecipes(parts: readonly Part[], outdir: string): void {
  checkFiles(parts)
  for (const part of parts) {
    mkdirSync(join(outdir, part.name), { recursive: true })
    writeFileSync(join(outdir, part.name, RECIPE), JSON.stringify(recipeOf(part)))
  }
}

/** Bundles for this machine the functions whose recipes lie in the folder, and gives the paths, from the project's root, that each is made of. */
export async function bundleRecipes(outdir: string, names: readonly string[]): Promise<Map<string, string[]>> {
  const recipes = new Map(names.map((name) => [name, JSON.parse(readFileSync(join(outdir, name, RECIPE), 'utf8')) as Recipe]))
  const { outputs, files } = await buildAll(recipes, { outdir, local: true, write: false })
  for (const { path, contents } of files) {
    // Another stack may be loading it at this moment.
    writeFileSync(`${path}.new`, contents)
    renameSync(`${path}.new`, path)
  }
  return new Map(
    [...recipes].map(([name, { assets }]) => {
      copyAssets(join(outdir, name), assets)
      const { inputs = {} } = outputs[relative(projectRoot, join(outdir, name, 'index.js'))] ?? {}
      return [name, [...Object.keys(inputs), ...assets]]
    }),
  )
}

function copyAssets(folder: string, assets: readonly string[]): void {
  for (const asset of assets) cpSync(join(projectRoot, asset), join(folder, basename(asset)))
}

/** In one run, and in another the few that check tokens themselves. */
async function buildAll(recipes: ReadonlyMap<string, Recipe>, { outdir, local, write, plugins = [] }: BundleOptions & { write: boolean }) {
  const lean = [...plugins, pureConstants, leanDependencies]
  const runs = [true, false].map((checks) => {
    const chosen = [...recipes].filter(([, { checksTokens: own }]) => own === checks)
    return build({
      ...common,
      ...(local ? forThisMachine : forLambda),
      absWorkingDir: projectRoot,
      entryPoints: Object.fromEntries(chosen.map(([name, { file }]) => [`${name}/index`, file])),
      outdir,
      metafile: true,
      plugins: checks ? lean : [withoutTokens, ...lean],
      write,
    })
  })
  const built = await Promise.all(runs)
  const outputs: Metafile['outputs'] = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs))
  return { outputs, files: built.flatMap(({ outputFiles = [] }) => outputFiles) }
}

/**
 * Bundles every function into `<outdir>/<name>/index.js`, with the files its contract names beside it. Gives the size of each in bytes;
 * throws when one is larger on Lambda than its budget.
 */
export async function bundle(parts: readonly Part[], options: BundleOptions): Promise<Map<string, number>> {
  const { outdir, local } = options
  checkFiles(parts)
  rmSync(outdir, { recursive: true, force: true })
  const recipes = new Map(parts.map((part) => [part.name, recipeOf(part)]))
  const { outputs } = await buildAll(recipes, { ...options, write: true })
  for (const [name, { assets }] of recipes) copyAssets(join(outdir, name), assets)
  const sizes = new Map(Object.entries(outputs).map(([path, { bytes }]) => [basename(dirname(path)), bytes]))
  if (!local) checkSizes(parts, sizes)
  if (options.codeCache) await addCodeCaches(parts.map(({ name }) => join(outdir, name)))
  return sizes
}
