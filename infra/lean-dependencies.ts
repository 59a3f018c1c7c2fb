import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Plugin } from 'esbuild'

/** Whoever needs such a thing all the same is told where it went. */
const gone = (what: string) =>
  `() => { throw new Error(${JSON.stringify(`${what} is left out of bundles: see infra/lean-dependencies.ts.`)}) }`

/**
 * Parts of the SDK that no function on Lambda comes to, each with what stands in for it. Lambda gives a function its credentials and
 * settings in the environment: there are no profiles, no files in a home folder, no instance metadata.
 */
const replacements: [filter: RegExp, contents: string][] = [
  [
    /@aws-sdk\/credential-provider-node\/dist-es\/index\.js$/,
    "import { fromEnv } from '@aws-sdk/credential-provider-env'\nexport const defaultProvider = (init) => fromEnv(init)",
  ],
  [
    /shared-ini-file-loader\/loadSharedConfigFiles\.js$/,
    "export { CONFIG_PREFIX_SEPARATOR } from './constants'\nexport const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} })",
  ],
  [
    /@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    `export const EventStreamSerde = ${gone('Event streams')}\nexport const eventStreamSerdeProvider = EventStreamSerde`,
  ],
  // Node has the hash itself, and headers of events are signed in streams only.
  [/submodules\/checksum\/sha256\/Sha256Js\.js$/, `export const Sha256Js = ${gone('A hash in JavaScript')}`],
  [
    /@smithy\/signature-v4\/dist-es\/HeaderFormatter\.js$/,
    `export class HeaderFormatter {}\nHeaderFormatter.prototype.format = ${gone('Signing of event streams')}`,
  ],
  // Only the adaptive retry mode limits itself, which nobody turns on.
  [
    /@smithy\/core\/dist-es\/submodules\/retry\/util-retry\/DefaultRateLimiter\.js$/,
    `export class DefaultRateLimiter { constructor() { (${gone('The adaptive retry mode')})() } }`,
  ],
  [
    /@aws-sdk\/endpoint-cache\/dist-es\/index\.js$/,
    'export class EndpointCache { get() {} set() {} delete() {} has() { return false } clear() {} }',
  ],
  [
    /@aws-sdk\/signature-v4-multi-region\/dist-es\/index\.js$/,
    `export const SignatureV4MultiRegion = ${gone('Signing for several regions')}`,
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
    build.onLoad({ filter: /@aws-sdk\/[^/]+\/package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
      return { contents: JSON.stringify({ version }), loader: 'json' }
    })
    build.onResolve({ filter: /\?whole$/ }, ({ path, resolveDir }) => ({
      path: `${resolveDir}/${path.slice(2, -'?whole'.length)}`,
      suffix: '?whole',
    }))
    for (const { filter, kept } of withoutJsonSchema) {
      build.onLoad({ filter }, ({ path, suffix }) => (suffix === '?whole' ? undefined : { contents: withOnly(path, kept), loader: 'js' }))
    }
  },
}
