import { App, type AppProps, type Stack, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { ApiStack } from './api-stack.ts'
import { ApiStageStack } from './api-stage-stack.ts'
import { DataStack } from './data-stack.ts'
import { EventsStack } from './events-stack.ts'
import { IdentityStack } from './identity-stack.ts'
import type { Parts } from './parts.ts'
import { RingStack } from './ring-stack.ts'
import type { Stage } from './stage.ts'

/** CloudFormation takes 500 resources a stack; the rest is room for what an update holds twice. */
export const MAX_RESOURCES = 480

export interface ProductOptions {
  stage: Stage
  parts: Parts
  /** Where `bundle` put the functions. */
  codeDir: string
  /** Look for what AWS advises against; findings make the synthesis fail. */
  checked: boolean
  app?: AppProps
}

/** The whole product as a CDK app: its stacks in the order in which they are deployed. */
export function createProduct({ stage, parts, codeDir, checked, app: props }: ProductOptions): { app: App; stacks: Stack[] } {
  const app = new App(props)
  const { endpoints, anyOther, reactions, tasks } = parts
  const common = { stage, codeDir, terminationProtection: stage.retainData }
  const name = (part: string) => `tessera-${stage.name}-${part}`
  const rings = [...new Set(endpoints.map(({ ring }) => ring))]
  const within = (ring: string) => endpoints.filter((part) => part.ring === ring)
  const stacks = [
    new DataStack(app, name('data'), common),
    new IdentityStack(app, name('identity'), { ...common, tasks }),
    new EventsStack(app, name('events'), { ...common, reactions, tasks }),
    new ApiStack(app, name('api'), { ...common, anyOther }),
    ...rings.map((ring) => new RingStack(app, name(`api-${ring}`), { ...common, endpoints: within(ring) })),
    new ApiStageStack(app, name('api-stage'), { stage, endpoints, terminationProtection: stage.retainData }),
  ]
  for (const [n, stack] of stacks.entries()) for (const below of stacks.slice(0, n)) stack.addStackDependency(below)
  Tags.of(app).add('application', 'tessera')
  Tags.of(app).add('stage', stage.name)
  if (checked) Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return { app, stacks }
}

/** Resources of each stack's template, by its name. Throws where CloudFormation would refuse it, or soon will. */
export function countResources(templates: { name: string; template: { Resources?: object } }[]): Record<string, number> {
  const counts = templates.map(({ name, template }) => [name, Object.keys(template.Resources ?? {}).length] as const)
  const full = counts.filter(([, count]) => count > MAX_RESOURCES)
  if (full.length === 0) return Object.fromEntries(counts)
  const list = full.map(([name, count]) => `${name} has ${count}`).join(', ')
  throw new Error(`A stack may have ${MAX_RESOURCES} resources, and ${list}. Give new contexts a further ring in its context.ts.`)
}
