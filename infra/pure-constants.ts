import { readFileSync } from 'node:fs'
import { type Expression, type ModuleItem, parse, type VariableDeclarator } from '@swc/core'
import type { Plugin } from 'esbuild'

/** What could have an effect when it is evaluated, as far as a bundler may assume. */
const MAY_HAVE_EFFECT =
  /"type":"(?:CallExpression|NewExpression|MemberExpression|OptionalChainingExpression|SpreadElement|TaggedTemplateExpression)"/

const declarationsOf = (item: ModuleItem) => {
  const declaration = item.type === 'ExportDeclaration' ? item.declaration : item
  return declaration.type === 'VariableDeclaration' && declaration.kind === 'const' && !declaration.declare ? declaration.declarations : []
}

const isFunction = ({ type }: Expression) => type === 'ArrowFunctionExpression' || type === 'FunctionExpression'

function valueToMark({ id, init }: VariableDeclarator): Expression | undefined {
  if (!init || id.type !== 'Identifier' || isFunction(init)) return undefined
  return MAY_HAVE_EFFECT.test(JSON.stringify(init)) ? init : undefined
}

/** Where an expression begins and ends, in bytes counted from 1; the published types leave it out. */
const extentOf = (value: Expression) => (value as unknown as { span: { start: number; end: number } }).span

/**
 * Marks the value of every constant at the top of a module as free of effects, so that a bundle holds, and a start builds, only those
 * that its function uses: of a context's contract one endpoint with its schemas. Lines keep their numbers.
 */
export async function markPure(source: string): Promise<string> {
  const { body } = await parse(source, { syntax: 'typescript', target: 'es2024' })
  const bytes = Buffer.from(source)
  const parts: Buffer[] = []
  let from = 0
  for (const value of body.flatMap(declarationsOf).flatMap((each) => valueToMark(each) ?? [])) {
    const { start, end } = extentOf(value)
    parts.push(
      bytes.subarray(from, start - 1),
      Buffer.from('/* @__PURE__ */ (() => ('),
      bytes.subarray(start - 1, end - 1),
      Buffer.from('))()'),
    )
    from = end - 1
  }
  return Buffer.concat([...parts, bytes.subarray(from)]).toString()
}

/** By path: most sources are part of many functions. */
const marked = new Map<string, { source: string; contents: Promise<string> }>()

/** The product's own sources; a module of it does nothing when it is loaded but make its constants. */
export const pureConstants: Plugin = {
  name: 'pure-constants',
  setup(build) {
    build.onLoad({ filter: /[\\/](?:functions|events|shared)[\\/].*\.ts$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined
      const source = readFileSync(path, 'utf8')
      const known = marked.get(path)
      const contents = known?.source === source ? known.contents : markPure(source)
      marked.set(path, { source, contents })
      return { contents: await contents, loader: 'ts' }
    })
  },
}
