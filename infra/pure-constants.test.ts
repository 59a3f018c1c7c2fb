import { expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { markPure } from './pure-constants.ts'

/** What remains of a module of which only `used` is used. */
async function shaken(source: string): Promise<string> {
  const contents = `${await markPure(source)}\nexport const result = used\n`
  const { outputFiles } = await build({
    stdin: { contents: "export { result } from 'module'", loader: 'ts' },
    plugins: [
      {
        name: 'module',
        setup(given) {
          given.onResolve({ filter: /^module$/ }, () => ({ path: 'module', namespace: 'm' }))
          given.onLoad({ filter: /.*/, namespace: 'm' }, () => ({ contents, loader: 'ts' }))
        },
      },
    ],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
  })
  return outputFiles[0]?.text ?? ''
}

const resultOf = (code: string) => {
  const module = { exports: {} as { result?: unknown } }
  new Function('module', 'exports', code)(module, module.exports)
  return module.exports.result
}

test('a constant that nothing uses goes, whatever it calls, spreads or reads', async () => {
  const code = await shaken(`
    const base = { a: 1 }
    export const unusedCall = Object.keys(globalThis).map((key) => Symbol(key).description)
    export const unusedSpread = { ...base, b: globalThis.process.version }
    export const unusedNew: Map<string, number> = new Map([['dropped', 1]])
    export const used = 1`)
  expect(code).not.toMatch(/unused|dropped|Symbol/)
})

test('what is used keeps its value, with types, parentheses, other letters and several in one statement', async () => {
  const code = await shaken(`// Ünïcode ✓ in front
    const [first, second] = ['é', '→'].map((each) => each + 'ß') as [string, string]
    const a = ['x'].concat('y') as readonly string[], b = (Math.max(1, 2)) satisfies number
    /** Doc. */
    export const used = [first, second, ...a, b, \`\${'z'.repeat(2)}
      end\`]`)
  expect(resultOf(code)).toEqual(['éß', '→ß', 'x', 'y', 2, 'zz\n      end'])
})

test('a statement that is no constant stays, and every line keeps its number', async () => {
  const source = "const used = String(1)\nglobalThis.String('kept')\n\nexport let counter = Number(\n  '2',\n)\n"
  const marked = await markPure(source)
  expect(marked.split('\n')).toHaveLength(source.split('\n').length)
  expect(await shaken(source)).toContain('kept')
})
