import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalogue, reactions, tasks } from '../functions/catalogue.ts'
import type { SizedStack, Template } from './limits.ts'
import { allParts, type Parts, partsOf } from './parts.ts'
import { createProduct } from './product.ts'
import { fileContext, readStage } from './stage.ts'

/** The product's templates for tests, with empty functions. */

export interface TestResource {
  stack: string
  id: string
  Type: string
  DeletionPolicy?: string
  DependsOn?: string[]
  Properties: Record<string, unknown>
}

export interface Statement {
  Action: string | string[]
  Resource: unknown
  Effect: string
  Condition?: Record<string, Record<string, unknown>>
}

export interface TestProduct {
  parts: Parts
  resources: TestResource[]
  /** In the order of deployment, each with those that it waits for. */
  stacks: { name: string; waitsFor: string[]; reads: string[] }[]
  templates: SizedStack[]
  /** The templates as they are written, and where. */
  text: string
  assemblyDir: string
  ofType(type: string): TestResource[]
  /** Every statement of the inline policies of the role whose logical id begins so. */
  statementsOf(role: TestResource): Statement[]
  role(name: string, kind?: 'Role' | 'DataRole'): TestResource
}

// The synthesis of `npm test` validates the templates; here it would cost more than all else.
process.env.CDK_VALIDATION = 'false'

const codeDir = mkdtempSync(join(tmpdir(), 'tessera-infra-'))

function emptyFunctions(parts: Parts): void {
  for (const { name } of allParts(parts)) {
    mkdirSync(join(codeDir, name), { recursive: true })
    writeFileSync(join(codeDir, name, 'index.js'), `// ${name}`)
  }
}

/** The SSM parameters of the product whose values CloudFormation puts in. */
const parametersRead = ({ Parameters = {} }: { Parameters?: Record<string, { Type: string; Default?: string }> }) =>
  Object.values(Parameters).flatMap(({ Type, Default }) =>
    Type.startsWith('AWS::SSM') && Default?.startsWith('/tessera/') ? [Default] : [],
  )

const bare = (name: string) => name.replaceAll('-', '')

export function synthesizeProduct(context: Record<string, unknown> = {}, parts = partsOf(catalogue, reactions, tasks)): TestProduct {
  emptyFunctions(parts)
  const all = { ...fileContext(), ...context }
  const app = {
    outdir: join(codeDir, 'out'),
    autoSynth: false,
    stackTraces: false,
    treeMetadata: false,
    context: { ...all, 'aws:cdk:disable-asset-staging': true },
  }
  const { stacks } = createProduct({ stage: readStage(all), parts, codeDir, checked: false, app }).app.synth()
  const resources = stacks.flatMap(({ stackName, template }) =>
    Object.entries(template.Resources as Record<string, Omit<TestResource, 'stack' | 'id'>>).map(([id, resource]) => ({
      stack: stackName,
      id,
      ...resource,
    })),
  )
  const dataRoleOf = (made: TestResource | undefined) => {
    const { Variables = {} } = (made?.Properties.Environment ?? {}) as { Variables?: Record<string, { 'Fn::GetAtt'?: string[] }> }
    const id = Variables.TESSERA_DATA_ROLE?.['Fn::GetAtt']?.[0]
    return resources.find((each) => each.stack === made?.stack && each.id === id)
  }
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type)
  return {
    parts,
    resources,
    ofType,
    assemblyDir: app.outdir,
    stacks: stacks.map(({ stackName, dependencies, template }) => ({
      name: stackName,
      waitsFor: dependencies.flatMap(({ id }) => (id.endsWith('.assets') ? [] : [id])),
      reads: parametersRead(template),
    })),
    templates: stacks.map(({ stackName, template, templateFullPath }) => ({
      name: stackName,
      template: template as Template,
      bytes: statSync(templateFullPath).size,
    })),
    text: JSON.stringify(stacks.map(({ template }) => template)),
    statementsOf: ({ Properties }) =>
      ((Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
        ({ PolicyDocument }) => PolicyDocument.Statement,
      ),
    role(name, kind = 'Role') {
      const own = (type: string, what: string) =>
        ofType(type).find(({ id }) => new RegExp(`^(on)?${bare(name)}.*${what}[0-9A-F]{8}$`).test(id))
      const found = kind === 'Role' ? own('AWS::IAM::Role', 'Role') : dataRoleOf(own('AWS::Lambda::Function', 'Function'))
      if (!found) throw new Error(`There is no ${kind} of ${name}`)
      return found
    },
  }
}

export const asList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value])
