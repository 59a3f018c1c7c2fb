import { type App, Stack } from 'aws-cdk-lib'
import { StringParameter } from 'aws-cdk-lib/aws-ssm'
import type { Construct, IConstruct } from 'constructs'
import type { Stage } from './stage.ts'

/**
 * What one stack tells another. Values pass by SSM parameters: an export that another stack imports could not change any more
 * without taking both apart.
 */
const shared = [
  ...([
    'table-name',
    'table-arn',
    'table-stream-arn',
    'bucket-name',
    'keyring-arn',
    'signing-key-arn',
    'origin-secret-arn',
    'event-bus-name',
    'alarm-topic-arn',
  ] as const),
  ...(['any-other-arn', 'any-other-api-id'] as const),
  ...(['user-pool-id', 'user-pool-client-id', 'hosted-client-id', 'enrolment-client-id', 'login-url'] as const),
] as const
/** A ring tells the id of its own API. */
export type Shared = (typeof shared)[number] | `api-id-${string}`

const parameterName = (stage: Stage, name: Shared) => `/tessera/${stage.name}/${name}`

interface Told {
  by: Map<string, Stack>
  to: Map<Stack, Set<string>>
}

const told = new WeakMap<IConstruct, Told>()

const toldIn = (scope: Construct): Told => {
  const known = told.get(scope.node.root) ?? { by: new Map(), to: new Map() }
  told.set(scope.node.root, known)
  return known
}

export function share(scope: Construct, stage: Stage, values: { readonly [name in Shared]?: string }): void {
  for (const [name, value] of Object.entries(values)) {
    new StringParameter(scope, `shared-${name}`, { parameterName: parameterName(stage, name as Shared), stringValue: value ?? '' })
    toldIn(scope).by.set(name, Stack.of(scope))
  }
}

export function shareOf(scope: Construct, stage: Stage, name: Shared): string {
  const { to } = toldIn(scope)
  const stack = Stack.of(scope)
  to.set(stack, (to.get(stack) ?? new Set()).add(name))
  return StringParameter.valueForStringParameter(scope, parameterName(stage, name))
}

/** Lets each stack wait for those that tell it something, and for no other; throws where nobody tells it. */
export function waitForShared(app: App): void {
  const { by, to } = toldIn(app)
  for (const [stack, names] of to) {
    for (const name of names) {
      const teller = by.get(name)
      if (!teller) throw new Error(`${stack.stackName} reads the parameter ${name}, which no stack writes.`)
      stack.addStackDependency(teller)
    }
  }
}
