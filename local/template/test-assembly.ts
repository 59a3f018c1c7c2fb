import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Ports } from '../types.ts'

interface TestStack {
  dependsOn?: string[]
  environment?: string
  /** Files of assets by object key: `{ 'abc.zip': { 'index.js': '…' } }`. */
  assets?: Record<string, Record<string, string>>
  [section: string]: unknown
}

export const testPorts: Ports = { api: 3000, login: 3001, inbox: 3002, aws: 3003, dynamodb: 3004, s3: 3005 }

/** For tests: writes a cloud assembly as CDK would, and returns its directory. */
export function writeAssembly(stacks: Record<string, TestStack>, directory = mkdtempSync(join(tmpdir(), 'assembly-'))): string {
  const artifacts = Object.entries(stacks).flatMap(
    ([name, { assets = {}, dependsOn = [], environment = 'aws://unknown-account/unknown-region', ...template }]) => {
      write(directory, `${name}.template.json`, template)
      write(directory, `${name}.assets.json`, { version: '48.0.0', files: writeAssets(directory, assets) })
      const dependencies = [`${name}.assets`, ...dependsOn]
      return [
        [name, { type: 'aws:cloudformation:stack', environment, dependencies, properties: { templateFile: `${name}.template.json` } }],
        [`${name}.assets`, { type: 'cdk:asset-manifest', properties: { file: `${name}.assets.json` } }],
      ]
    },
  )
  write(directory, 'manifest.json', { version: '48.0.0', artifacts: Object.fromEntries([['Tree', { type: 'cdk:tree' }], ...artifacts]) })
  return directory
}

function writeAssets(directory: string, assets: Record<string, Record<string, string>>): object {
  const entries = Object.entries(assets).map(([objectKey, files]) => {
    const path = `asset.${objectKey.replace('.zip', '')}`
    for (const [file, content] of Object.entries(files)) write(directory, join(path, file), content)
    return [objectKey, { source: { path, packaging: 'zip' }, destinations: { here: { bucketName: 'assets', objectKey } } }]
  })
  return Object.fromEntries(entries)
}

function write(directory: string, name: string, content: unknown): void {
  const file = join(directory, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
}
