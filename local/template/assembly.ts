import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** One stack as CDK wrote it, nothing resolved. */
export interface Template {
  stack: string
  /** The account and region it was made for, where the app names them. */
  account: string | undefined
  region: string | undefined
  /** Where each file asset lies, by its object key (`<hash>.zip`). */
  assets: Map<string, string>
  Parameters: Record<string, TemplateParameter>
  Conditions: Record<string, unknown>
  Mappings: Record<string, Record<string, Record<string, unknown>>>
  Resources: Record<string, TemplateResource>
  Outputs: Record<string, { Value: unknown; Export?: { Name: unknown } }>
}

export interface TemplateParameter {
  Type: string
  Default?: unknown
}

export interface TemplateResource {
  Type: string
  Properties?: Record<string, unknown>
  Metadata?: Record<string, unknown>
  Condition?: string
}

interface Artifact {
  type: string
  /** `aws://<account>/<region>`, or `aws://unknown-account/unknown-region`. */
  environment?: string
  dependencies?: string[]
  properties?: { templateFile?: string; stackName?: string; file?: string; directoryName?: string }
}

interface AssetManifest {
  files?: Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>
}

/** Every stack of a cloud assembly, nested assemblies (stages) included, each after those it depends on. */
export function readAssembly(directory: string): Template[] {
  const { artifacts } = readJson<{ artifacts?: Record<string, Artifact> }>(join(directory, 'manifest.json'))
  return inDependencyOrder(artifacts ?? {}).flatMap(([id, artifact]) => {
    if (artifact.type === 'cdk:cloud-assembly') return readAssembly(join(directory, artifact.properties?.directoryName ?? id))
    if (artifact.type !== 'aws:cloudformation:stack') return []
    return [readTemplate(directory, id, artifact, artifacts ?? {})]
  })
}

function readTemplate(directory: string, id: string, artifact: Artifact, all: Record<string, Artifact>): Template {
  const file = artifact.properties?.templateFile
  if (!file) throw new Error(`Stack ${id} names no template file in ${directory}/manifest.json`)
  const empty = { Parameters: {}, Conditions: {}, Mappings: {}, Resources: {}, Outputs: {} }
  const body = readJson<Partial<Template>>(join(directory, file))
  const [account, region] = (artifact.environment ?? '')
    .replace('aws://', '')
    .split('/')
    .map((part) => (/^(unknown-|$)/.test(part) ? undefined : part))
  return { ...empty, ...body, account, region, stack: artifact.properties?.stackName ?? id, assets: readAssets(directory, artifact, all) }
}

function readAssets(directory: string, artifact: Artifact, all: Record<string, Artifact>): Map<string, string> {
  const assets = new Map<string, string>()
  for (const dependency of artifact.dependencies ?? []) {
    const manifest = all[dependency]
    if (manifest?.type !== 'cdk:asset-manifest') continue
    const { files } = readJson<AssetManifest>(join(directory, manifest.properties?.file ?? ''))
    for (const { source, destinations } of Object.values(files ?? {})) {
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, resolve(directory, source.path ?? ''))
    }
  }
  return assets
}

function inDependencyOrder(artifacts: Record<string, Artifact>): [string, Artifact][] {
  const ordered = new Map<string, Artifact>()
  const visit = (id: string): void => {
    const artifact = artifacts[id]
    if (!artifact || ordered.has(id)) return
    for (const dependency of artifact.dependencies ?? []) visit(dependency)
    ordered.set(id, artifact)
  }
  for (const id of Object.keys(artifacts)) visit(id)
  return [...ordered]
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T
}
