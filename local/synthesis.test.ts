import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
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
