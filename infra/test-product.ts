import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { catalogue, reactions, tasks } from '../functions/catalogue.ts'
import type { SizedStack, Template } from './limits.ts'
import { allParts, type Parts, partsOf } from './parts.ts'
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
  /** The templates as they are written, and, of parts of one's own, where. */
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
const outdir = join(codeDir, 'out')

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

interface MadeStack {
  stackName: string
  template: Template & { Parameters?: Record<string, { Type: string; Default?: string }> }
  bytes: number
  waitsFor: string[]
}

function make(context: Record<string, unknown>, parts: Parts): MadeStack[] {
  // CDK is loaded where something is made: it takes seconds.
  const { createProduct } = jest.requireActual<typeof import('./product.ts')>('./product.ts')
  emptyFunctions(parts)
  const all = { ...fileContext(), ...context }
  const app = {
    outdir,
    autoSynth: false,
    stackTraces: false,
    treeMetadata: false,
    context: { ...all, 'aws:cdk:disable-asset-staging': true },
  }
  const { stackTraceLimit } = Error
  // CDK would look up for each resource where it was made.
  Error.stackTraceLimit = 0
  try {
    const { stacks } = createProduct({ stage: readStage(all), parts, codeDir, checked: false, app }).app.synth()
    return stacks.map(({ stackName, dependencies, template, templateFullPath }) => ({
      stackName,
      template,
      bytes: statSync(templateFullPath).size,
      waitsFor: dependencies.flatMap(({ id }) => (id.endsWith('.assets') ? [] : [id])),
    }))
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Several files look at the whole product: the first to ask makes it, and leaves it to the others of the run. */
function ofTheRun(context: Record<string, unknown>, parts: Parts): MadeStack[] {
  const path = join(process.env.TESSERA_TEST_PRODUCTS ?? codeDir, `${encodeURIComponent(JSON.stringify(context))}.json`)
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as MadeStack[]
  const made = make(context, parts)
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(made))
  renameSync(`${path}.${process.pid}`, path)
  return made
}

/** With parts of one's own, or the whole product. */
export function synthesizeProduct(context: Record<string, unknown> = {}, own?: Parts): TestProduct {
  const parts = own ?? partsOf(catalogue, reactions, tasks)
  const stacks = own ? make(context, own) : ofTheRun(context, parts)
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
    assemblyDir: outdir,
    stacks: stacks.map(({ stackName, waitsFor, template }) => ({ name: stackName, waitsFor, reads: parametersRead(template) })),
    templates: stacks.map(({ stackName, template, bytes }) => ({ name: stackName, template, bytes })),
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
