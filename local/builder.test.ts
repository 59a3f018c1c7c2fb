import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type Builder, createBuilder } from './builder.ts'

const opened: Builder[] = []
afterEach(() => {
  for (const builder of opened.splice(0)) builder.close()
})

/** A project whose builder writes the source into the function's code, and says each time what it was ordered. */
const program = `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
process.on('message', ({ outdir, names }) => {
  appendFileSync('orders.txt', names.join(' ') + '\\n')
  process.send(Object.fromEntries(names.map((name) => {
    const source = readFileSync(name + '.ts', 'utf8')
    if (source.startsWith('broken')) return [name, { error: name + '.ts:1:1: ' + source }]
    writeFileSync(outdir + '/' + name + '/index.js', source)
    return [name, { inputs: [name + '.ts'] }]
  })))
})
process.once('disconnect', () => process.exit())
`

function project(...names: string[]) {
  const root = mkdtempSync(join(tmpdir(), 'tessera-builder-'))
  mkdirSync(join(root, 'infra'))
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  writeFileSync(join(root, 'infra/builder.ts'), program)
  const write = (name: string, source: string) => {
    writeFileSync(join(root, `${name}.ts`), source)
    utimesSync(join(root, `${name}.ts`), 1, 1)
  }
  const folder = (name: string) => join(root, 'out', name)
  for (const name of names) {
    mkdirSync(folder(name), { recursive: true })
    writeFileSync(join(folder(name), 'function.json'), '{}')
    write(name, `// ${name}`)
  }
  const orders = () => (existsSync(join(root, 'orders.txt')) ? readFileSync(join(root, 'orders.txt'), 'utf8').trim().split('\n') : [])
  const said: string[] = []
  const start = () => {
    const builder = createBuilder({ root, log: (part, line) => said.push(`${part}: ${line}`) })
    opened.push(builder)
    return builder
  }
  const code = (name: string) => readFileSync(join(folder(name), 'index.js'), 'utf8')
  return { folder, write, orders, said, start, code }
}

test('a function is built once, however many call it, and not again at the next start', async () => {
  const { folder, orders, start, code } = project('a')
  const builder = start()
  builder.wake()
  await Promise.all([builder.build(folder('a')), builder.build(folder('a'))])
  await builder.build(folder('a'))
  expect(code('a')).toBe('// a')
  await start().build(folder('a'))
  expect(orders()).toEqual(['a'])
})

test('only the function whose sources have changed is built again', async () => {
  const { folder, write, orders, start, code } = project('a', 'b')
  await start().buildAll([folder('a'), folder('b')])
  write('b', '// changed')
  await start().buildAll([folder('a'), folder('b')])
  expect(orders()).toEqual(['a b', 'b'])
  expect([code('a'), code('b')]).toEqual(['// a', '// changed'])
})

test('a function whose recipe has changed is built again', async () => {
  const { folder, orders, start } = project('a')
  await start().build(folder('a'))
  writeFileSync(join(folder('a'), 'function.json'), '{"file":"elsewhere.ts"}')
  await start().build(folder('a'))
  expect(orders()).toEqual(['a', 'a'])
})

test('who calls a function goes before those that nobody waits for', async () => {
  const names = Array.from({ length: 30 }, (_, n) => `f${n}`)
  const { folder, orders, start } = project(...names)
  const builder = start()
  const all = builder.buildAll(names.map(folder))
  await builder.build(folder('f29'))
  expect(orders()[0]?.split(' ')[0]).toBe('f29')
  await all
  expect(orders().join(' ').split(' ').toSorted()).toEqual(names.toSorted())
})

describe('a function that cannot be built', () => {
  test('is told with the words of the compiler, while the others are built', async () => {
    const { folder, write, said, start, code } = project('a', 'b')
    write('a', 'broken')
    await start().buildAll([folder('a'), folder('b')])
    expect(said).toEqual(['build: a: a.ts:1:1: broken'])
    expect(code('b')).toBe('// b')
  })

  test('is tried again at the next call', async () => {
    const { folder, write, start, code } = project('a')
    const builder = start()
    write('a', 'broken')
    await expect(builder.build(folder('a'))).rejects.toThrow('a.ts:1:1: broken')
    write('a', '// mended')
    await builder.build(folder('a'))
    expect(code('a')).toBe('// mended')
  })

  test('because the builder ends is told too, and the next one is built by another', async () => {
    const { folder, write, start } = project('a')
    const builder = start()
    write('a', '// a')
    const broken = project('a')
    writeFileSync(join(broken.folder('a'), '../../infra/builder.ts'), 'process.exit(3)')
    await expect(broken.start().build(broken.folder('a'))).rejects.toThrow('ended unexpectedly')
    await expect(builder.build(folder('a'))).resolves.toBeUndefined()
  })
})

test('code that was finished elsewhere is left alone', async () => {
  const { orders, start } = project()
  const folder = mkdtempSync(join(tmpdir(), 'tessera-finished-'))
  await start().build(folder)
  expect(orders()).toEqual([])
})

test("the product's own builder makes a function of its recipe, and names each that it cannot make", async () => {
  const root = resolve(import.meta.dirname, '..')
  mkdirSync(join(root, 'cdk.out'), { recursive: true })
  const out = mkdtempSync(join(root, 'cdk.out', 'builder-'))
  const recipe = (name: string, file: string, assets: string[] = []) => {
    mkdirSync(join(out, name))
    writeFileSync(join(out, name, 'function.json'), JSON.stringify({ file, assets, checksTokens: false }))
    return join(out, name)
  }
  const said: string[] = []
  const builder = createBuilder({ root, log: (_part, line) => said.push(line) })
  opened.push(builder)
  const docs = recipe('docs', 'functions/system/get-docs.ts', ['functions/system/docs.html'])
  await builder.buildAll([docs, recipe('none', 'functions/system/none.ts')])
  expect(readFileSync(join(docs, 'index.js'), 'utf8')).toContain('sourceMappingURL')
  expect(existsSync(join(docs, 'docs.html'))).toBe(true)
  const { files } = JSON.parse(readFileSync(join(docs, 'inputs.json'), 'utf8')) as { files: Record<string, string> }
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining(['functions/system/get-docs.ts', 'functions/system/docs.html', 'infra/bundle.ts']),
  )
  expect(said).toEqual([expect.stringMatching(/^none: .*functions\/system\/none\.ts/s)])
  rmSync(out, { recursive: true })
})
