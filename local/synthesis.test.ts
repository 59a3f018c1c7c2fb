import { mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { synthesize } from './synthesis.ts'

function project(app: string): string {
  const root = mkdtempSync(join(tmpdir(), 'project-'))
  mkdirSync(join(root, 'infra'))
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  writeFileSync(join(root, 'infra', 'app.ts'), app)
  return root
}

test('the app is told where to write, that it is for this machine, and its context', async () => {
  const root = project(`
    import { writeFileSync } from 'node:fs'
    const { CDK_OUTDIR, TESSERA_LOCAL, CDK_CONTEXT_JSON } = process.env
    writeFileSync('seen.json', JSON.stringify({ CDK_OUTDIR, TESSERA_LOCAL, context: JSON.parse(CDK_CONTEXT_JSON!) }))`)
  await synthesize({ root, outdir: '/out', context: { stage: 'local' } })
  expect(JSON.parse(readFileSync(join(root, 'seen.json'), 'utf8'))).toEqual({
    CDK_OUTDIR: '/out',
    TESSERA_LOCAL: '1',
    context: { stage: 'local' },
  })
})

test("a failure shows the app's own message, not the frames of Node below it", async () => {
  const root = project("throw new Error('stage nowhere is not in cdk.json')")
  const error = (await synthesize({ root, outdir: '/out', context: {} }).catch((thrown: unknown) => thrown)) as Error
  expect(error.message).toContain('stage nowhere is not in cdk.json')
  expect(error.message).toContain('infra/app.ts:1')
  expect(error.message).not.toMatch(/at ModuleJob|Node\.js v/)
})

test('it ends when the stack stops', async () => {
  const stopping = new AbortController()
  const run = synthesize({ root: project('setInterval(() => {}, 1000)'), outdir: '/out', context: {}, signal: stopping.signal })
  stopping.abort()
  await expect(run).rejects.toThrow('aborted')
})

describe('an app that was synthesized before', () => {
  /** An app that counts its own runs, and writes what a module of it holds. */
  const counting = () => {
    const root = project(`
      import { appendFileSync, mkdirSync } from 'node:fs'
      import { value } from '../functions/value.ts'
      mkdirSync(process.env.CDK_OUTDIR!, { recursive: true })
      appendFileSync('runs.txt', value)`)
    const write = (file: string, content: string) => {
      writeFileSync(join(root, file), content)
      utimesSync(join(root, file), 1, 1)
    }
    mkdirSync(join(root, 'functions'))
    write('functions/value.ts', "export const value = '1'")
    for (const file of ['infra/app.ts', 'package.json']) utimesSync(join(root, file), 1, 1)
    let begun = 0
    const onBegin = () => {
      begun++
    }
    const run = (context: Record<string, unknown> = {}) => synthesize({ root, outdir: join(root, 'out'), context, onBegin })
    return { begun: () => begun, run, write, runs: () => readFileSync(join(root, 'runs.txt'), 'utf8') }
  }

  test('is not synthesized again while its modules, settings and context are the same', async () => {
    const { run, runs, begun } = counting()
    await run()
    await run()
    expect([runs(), begun()]).toEqual(['1', 1])
  })

  test.each<[string, (made: ReturnType<typeof counting>) => void, Record<string, unknown>]>([
    ['a module has changed', ({ write }) => write('functions/value.ts', "export const value = '2'"), {}],
    ['a file has come', ({ write }) => write('functions/another.ts', ''), {}],
    ['the settings have changed', ({ write }) => write('cdk.json', '{}'), {}],
    ['the context is another', () => {}, { stage: 'another' }],
  ])('is synthesized again when %s', async (_, change, context) => {
    const made = counting()
    await made.run()
    change(made)
    await made.run(context)
    expect(made.runs()).toHaveLength(2)
  })

  test('is synthesized again after it failed', async () => {
    const { run, write, runs } = counting()
    await run()
    write('functions/value.ts', "throw new Error('no')")
    await expect(run()).rejects.toThrow('no')
    write('functions/value.ts', "export const value = '1'")
    await run()
    expect(runs()).toBe('11')
  })
})
