import { App, type AppProps, type Stack, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { ApiStack } from './api-stack.ts'
import { DataStack } from './data-stack.ts'
import { EdgeStack } from './edge-stack.ts'
import { EventsStack } from './events-stack.ts'
import { IdentityStack } from './identity-stack.ts'
import { waitForShared } from './parameters.ts'
import type { Parts } from './parts.ts'
import { ReactionsStack } from './reactions-stack.ts'
import { RingStack } from './ring-stack.ts'
import type { Stage } from './stage.ts'

export interface ProductOptions {
  stage: Stage
  parts: Parts
  /** Where `bundle` put the functions. */
  codeDir: string
  /** Look for what AWS advises against; findings make the synthesis fail. */
  checked: boolean
  app?: AppProps
}

/** Relay, reconciler and sweep stand beside the bus, Cognito's triggers beside its pool, all else with the ring of its context. */
function tasksOf({ tasks }: Parts) {
  const isOfBus = ({ file }: { file: string }) => file.startsWith('events/')
  return {
    ofBus: tasks.filter(isOfBus),
    ofPool: tasks.filter(({ rule }) => 'cognito' in rule.startedBy),
    ofRing: (ring: string) => tasks.filter((part) => part.ring === ring && !isOfBus(part) && !('cognito' in part.rule.startedBy)),
  }
}

/** The whole product as a CDK app: its stacks in an order in which they can be deployed, each waiting for those alone that it reads from. */
export function createProduct({ stage, parts, codeDir, checked, app: props }: ProductOptions): { app: App; stacks: Stack[] } {
  const app = new App(props)
  const { endpoints, anyOther } = parts
  const protectedBy = { terminationProtection: stage.retainData }
  const common = { stage, codeDir, ...protectedBy }
  const name = (part: string) => `tessera-${stage.name}-${part}`
  const { ofBus, ofPool, ofRing } = tasksOf(parts)
  const within = <P extends { ring: string }>(list: readonly P[], ring: string) => list.filter((part) => part.ring === ring)
  const rings = [...new Set([...endpoints, ...parts.reactions, ...parts.tasks].map(({ ring }) => ring))]
  // CloudFormation takes no stack that is empty.
  const reactionStacks = rings.flatMap((ring) => {
    const [reactions, tasks] = [within(parts.reactions, ring), ofRing(ring)]
    if (reactions.length + tasks.length === 0) return []
    return [new ReactionsStack(app, name(`reactions-${ring}`), { ...common, ring, reactions, tasks })]
  })
  const ringStacks = rings.flatMap((ring) => {
    const own = within(endpoints, ring)
    return own.length === 0 ? [] : [new RingStack(app, name(`api-${ring}`), { ...common, ring, endpoints: own })]
  })
  const stacks = [
    new DataStack(app, name('data'), common),
    new IdentityStack(app, name('identity'), { ...common, tasks: ofPool }),
    new EventsStack(app, name('events'), { ...common, tasks: ofBus }),
    new ApiStack(app, name('api'), { ...common, anyOther }),
    ...reactionStacks,
    ...ringStacks,
    new EdgeStack(app, name('edge'), { stage, endpoints, ...protectedBy }),
  ]
  waitForShared(app)
  Tags.of(app).add('application', 'tessera')
  Tags.of(app).add('stage', stage.name)
  if (checked) Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return { app, stacks }
}
