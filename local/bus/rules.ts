import type { Deployment, IamRequest, Resource } from '../types.ts'
import { compilePattern } from './pattern.ts'
import { parseSchedule, type Schedule } from './schedule.ts'
import { type InputSettings, valueAt } from './target-input.ts'

export interface Target extends InputSettings {
  Id: string
  Arn: string
  DeadLetterConfig?: { Arn: string }
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number }
}

export interface Rule {
  name: string
  arn: string
  /** The name of its bus. */
  bus: string
  targets: Target[]
  matches?: (event: unknown) => boolean
  schedule?: Schedule
}

/** IAM's answer on what an AWS service may do by a resource's policy. */
export type EvaluateService = (service: string, request: IamRequest) => { allowed: boolean; reason: string }

/** The enabled rules of the template. Throws on one that AWS would refuse, or whose events would never arrive. */
export function loadRules(deployment: Deployment, evaluateService: EvaluateService): Rule[] {
  const enabled = deployment.ofType('AWS::Events::Rule').filter(({ properties }) => properties.State !== 'DISABLED')
  const rules = enabled.map((resource) => ruleOf(deployment, resource))
  const faults = rules.flatMap((rule) => rule.targets.flatMap((target) => faultOf({ deployment, evaluateService, rule, target })))
  if (faults.length > 0) throw new Error(`The rules of the template cannot deliver:\n${faults.join('\n')}`)
  return rules
}

export const busName = (nameOrArn: unknown): string => String(nameOrArn ?? 'default').replace(/^arn:.*:event-bus\//, '')

function ruleOf(deployment: Deployment, resource: Resource): Rule {
  const { EventPattern, ScheduleExpression, EventBusName, Targets } = resource.properties
  const arn = deployment.attribute(resource, 'Arn')
  try {
    const targets = (Targets ?? []) as Target[]
    for (const target of targets) checkPaths(target)
    return {
      name: arn.slice(arn.lastIndexOf('/') + 1),
      arn,
      bus: busName(EventBusName),
      targets,
      ...(EventPattern === undefined ? {} : { matches: compilePattern(EventPattern) }),
      ...(ScheduleExpression === undefined ? {} : { schedule: parseSchedule(String(ScheduleExpression)) }),
    }
  } catch (error) {
    throw new Error(`rule ${resource.logicalId}: ${(error as Error).message}`)
  }
}

function checkPaths({ InputPath, InputTransformer }: Target): void {
  for (const path of [InputPath ?? '$', ...Object.values(InputTransformer?.InputPathsMap ?? {})]) valueAt({}, path)
}

interface Delivery {
  deployment: Deployment
  evaluateService: EvaluateService
  rule: Rule
  target: Target
}

function faultOf({ deployment, evaluateService, rule, target }: Delivery): string[] {
  const dead = target.DeadLetterConfig?.Arn
  return [target.Arn, ...(dead === undefined ? [] : [dead])].flatMap((arn) => {
    if (arn.startsWith('arn:aws:sqs:')) {
      const context = { 'aws:SourceArn': [rule.arn], 'aws:SourceAccount': [deployment.account] }
      const { allowed, reason } = evaluateService('events.amazonaws.com', { action: 'sqs:SendMessage', resource: arn, context })
      return allowed ? [] : [`rule ${rule.name} may not send to ${arn}, ${reason}`]
    }
    if (!arn.startsWith('arn:aws:lambda:')) return [`rule ${rule.name}: the local stack has no target ${arn}`]
    return mayInvoke(deployment, rule.arn, arn) ? [] : [`rule ${rule.name} may not invoke ${arn}, because no Lambda permission allows it`]
  })
}

function mayInvoke(deployment: Deployment, ruleArn: string, functionArn: string): boolean {
  return deployment.ofType('AWS::Lambda::Permission').some(({ properties: { FunctionName, Principal, SourceArn } }) => {
    const named = FunctionName === functionArn || functionArn.endsWith(`:function:${FunctionName}`)
    return named && Principal === 'events.amazonaws.com' && (SourceArn === undefined || SourceArn === ruleArn)
  })
}
