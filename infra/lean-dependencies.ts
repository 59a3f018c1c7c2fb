import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Plugin } from 'esbuild'

/** Whoever needs such a thing all the same is told where it went. */
const gone = (what: string) =>
  `() => { throw new Error(${JSON.stringify(`${what} is left out of bundles: see infra/lean-dependencies.ts.`)}) }`

/** Parts of dependencies that no function comes to, each with what stands in for it. */
const replacements: [filter: RegExp, contents: string][] = [
  // Headers of events are signed in streams only.
  [
    /@smithy\/signature-v4\/dist-es\/HeaderFormatter\.js$/,
    `export class HeaderFormatter {}\nHeaderFormatter.prototype.format = ${gone('Signing of event streams')}`,
  ],
]

/** Of zod only what checks values: documents are made of schemas when the contracts are written, never in a function. */
const withoutJsonSchema: { filter: RegExp; kept: string[] }[] = [
  { filter: /zod\/v4\/core\/json-schema-processors\.js$/, kept: ['aggregateChecks'] },
  { filter: /zod\/v4\/core\/to-json-schema\.js$/, kept: [] },
]

function exportsOf(source: string): string[] {
  const declared = [...source.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(([, name = '']) => name)
  const named = [...source.matchAll(/^export \{ ([^}]+) \};$/gm)].flatMap(([, names = '']) => names.split(', '))
  return [...declared, ...named.map((each) => each.split(' as ').at(-1) ?? each)]
}

function withOnly(path: string, kept: string[]): string {
  const names = exportsOf(readFileSync(path, 'utf8')).filter((name) => !kept.includes(name))
  return [
    ...(kept.length > 0 ? [`export { ${kept.join(', ')} } from './${basename(path)}?whole'`] : []),
    `const gone = ${gone('JSON Schema')}`,
    // A method is made for every schema, and complains when it is called.
    'const goneLater = () => gone',
    `export { ${names.map((name) => `${name.startsWith('create') ? 'goneLater' : 'gone'} as ${name}`).join(', ')} }`,
  ].join('\n')
}

/** For functions to which a gateway hands claims that it has proven, or that ask nobody who they are. */
export const withoutTokens: Plugin = {
  name: 'without-tokens',
  setup(build) {
    build.onLoad({ filter: /[\\/]shared[\\/]serve[\\/]bearer\.ts$/ }, () => ({
      contents: `export const verifyBearer = ${gone('The check of tokens')}`,
      loader: 'js',
    }))
  },
}

/** Leaves out of a bundle what its dependencies bring along and no function uses. */
export const leanDependencies: Plugin = {
  name: 'lean-dependencies',
  setup(build) {
    for (const [filter, contents] of replacements) build.onLoad({ filter }, () => ({ contents, loader: 'js' }))
    build.onResolve({ filter: /\?whole$/ }, ({ path, resolveDir }) => ({
      path: `${resolveDir}/${path.slice(2, -'?whole'.length)}`,
      suffix: '?whole',
    }))
    for (const { filter, kept } of withoutJsonSchema) {
      build.onLoad({ filter }, ({ path, suffix }) => (suffix === '?whole' ? undefined : { contents: withOnly(path, kept), loader: 'js' }))
    }
  },
}
