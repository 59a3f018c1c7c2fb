import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import * as z from 'zod'
import type { Deployment, Resource } from '../types.ts'

/** One `AWS::Lambda::Function` of the template, in the terms of what runs it. */
export interface LambdaFunction {
  name: string
  arn: string
  roleArn: string
  /** The folder of its code. */
  root: string
  handler: string
  memoryMegabytes: number
  timeoutSeconds: number
  reservedConcurrency: number | undefined
  logGroup: string
  environment: Record<string, string>
}

const FunctionProperties = z.object({
  Handler: z.string(),
  Role: z.string(),
  Runtime: z.string().regex(/^nodejs/, 'the local stack runs Node.js functions only'),
  MemorySize: z.coerce.number().default(128),
  Timeout: z.coerce.number().default(3),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  LoggingConfig: z.object({ LogGroup: z.string().optional() }).default({}),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).prefault({}),
})

/** `patience` is how many times longer than the template says a function may take. */
export function readFunctions(deployment: Deployment, assemblyDir: string, patience = 1): LambdaFunction[] {
  return deployment.ofType('AWS::Lambda::Function').map((resource) => readFunction(deployment, resource, assemblyDir, patience))
}

function readFunction(deployment: Deployment, resource: Resource, assemblyDir: string, patience: number): LambdaFunction {
  const where = `${resource.stack}/${resource.logicalId}`
  const parsed = FunctionProperties.safeParse(resource.properties)
  if (!parsed.success) throw new Error(`${where}: ${z.prettifyError(parsed.error)}`)
  const properties = parsed.data
  return {
    name: resource.ref,
    arn: deployment.attribute(resource, 'Arn'),
    roleArn: properties.Role,
    root: codeFolder(resource, where, assemblyDir),
    handler: properties.Handler,
    memoryMegabytes: properties.MemorySize,
    timeoutSeconds: properties.Timeout * patience,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    logGroup: properties.LoggingConfig.LogGroup ?? `/aws/lambda/${resource.ref}`,
    environment: properties.Environment.Variables,
  }
}

function codeFolder({ metadata }: Resource, where: string, assemblyDir: string): string {
  const path = metadata['aws:asset:path']
  if (typeof path !== 'string') throw new Error(`${where}: its code is no file asset of this assembly`)
  const folder = isAbsolute(path) ? path : join(assemblyDir, path)
  if (existsSync(folder)) return folder
  throw new Error(`${where}: its code should lie in ${folder}, but nothing is there`)
}
