import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { jest } from '@jest/globals'
import { startFront } from '../../local/aws/front.ts'
import { startCognito } from '../../local/cognito/cognito.ts'
import { startDynamoDb } from '../../local/dynamodb/dynamodb.ts'
import { createIam, type Iam } from '../../local/iam/iam.ts'
import { createCredentials } from '../../local/sts/credentials.ts'
import { createSts } from '../../local/sts/sts.ts'
import { synthesize } from '../../local/synthesis.ts'
import { readDeployment } from '../../local/template/deployment.ts'
import type { Deployment, Resource } from '../../local/types.ts'

/** The synthesized template with its own roles, and the parts of AWS that refuse: front door, IAM, STS, table and user pool. */
export interface World extends Template {
  /** From now on this process is that function: its environment, its role's credentials, nothing remembered. */
  become(functionName: string): void
  /** The stack itself, which may do everything; for laying out what the tests need. */
  becomeRoot(): void
  close(): Promise<void>
}

export interface Template {
  deployment: Deployment
  iam: Iam
  functions: FunctionRoles[]
}

export interface FunctionRoles {
  /** `users-get-user` */
  name: string
  environment: Record<string, string>
  executionRole: string
  dataRole: string | undefined
}

const root = resolve(import.meta.dirname, '../..')
const ports = { api: 3000, login: 3001, inbox: 3002, aws: 3003, dynamodb: 3004, s3: 3005 }
const quiet = () => undefined

function rolesOf({ properties }: Resource): FunctionRoles {
  const environment = ((properties.Environment as { Variables?: Record<string, string> })?.Variables ?? {}) as Record<string, string>
  return {
    name: environment.TESSERA_FUNCTION ?? '',
    environment,
    executionRole: String(properties.Role),
    dataRole: environment.TESSERA_DATA_ROLE,
  }
}

/** Synthesizes the app as `npm start` does, and reads what came out. */
export async function openTemplate(): Promise<Template & { remove(): void }> {
  // Inside the project, so that the bundles find their packages.
  const assemblies = join(root, 'cdk.out')
  mkdirSync(assemblies, { recursive: true })
  const outdir = mkdtempSync(join(assemblies, 'isolation-'))
  await synthesize({ root, outdir, context: { stage: 'local', ports } })
  const deployment = readDeployment(outdir, { ports })
  const functions = deployment.ofType('AWS::Lambda::Function').map(rolesOf)
  return { deployment, iam: createIam(deployment), functions, remove: () => rmSync(outdir, { recursive: true, force: true }) }
}

export async function openWorld(): Promise<World> {
  const template = await openTemplate()
  const { deployment, iam, functions } = template
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-isolation-'))
  const credentials = createCredentials({ account: deployment.account, iam })
  const dynamodb = await startDynamoDb({ deployment, port: 0, log: quiet })
  const login = { dataDir, loginPort: 0, apiOrigin: 'http://localhost:3000', invoke: async (_: string, event: unknown) => event }
  const cognito = await startCognito({ deployment, log: quiet, ...login })
  const services = [createSts({ iam, credentials }), dynamodb.service, cognito.service]
  const front = await startFront({ port: 0, services, credentials, iam, log: quiet })
  const take = (environment: Record<string, string>, session: ReturnType<typeof credentials.root>) => {
    jest.resetModules()
    for (const name of Object.keys(process.env)) if (/^(AWS|TESSERA)_/.test(name)) delete process.env[name]
    const { accessKeyId, secretAccessKey, sessionToken } = session
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken }
    Object.assign(process.env, environment, keys, { AWS_REGION: deployment.region, AWS_ENDPOINT_URL: front.url })
  }
  return {
    deployment,
    iam,
    functions,
    become(name) {
      const found = functions.find((each) => each.name === name)
      if (!found) throw new Error(`The template has no function ${name}.`)
      take({ ...found.environment, TESSERA_LOG_LEVEL: 'SILENT' }, credentials.forRole(found.executionRole))
    },
    becomeRoot: () => take({ ...functions[0]?.environment, TESSERA_TENANT_CREDENTIALS: 'false' }, credentials.root()),
    async close() {
      await front.close()
      await cognito.close()
      await dynamodb.close()
      rmSync(dataDir, { recursive: true, force: true })
      template.remove()
    },
  }
}
