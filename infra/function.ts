import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { kebab } from '../shared/endpoint.ts'
import { hashOf } from './code-cache.ts'
import { allTenantsFiles, allTenantsStatements, dataRole } from './data-role.ts'
import { acknowledgeFiles, fileStatements } from './file-statements.ts'
import { shareOf } from './parameters.ts'
import type { Part } from './parts.ts'
import { dataArns, type Resources, resourcesOf } from './resources.ts'
import { signing } from './signing.ts'
import type { Stage } from './stage.ts'

export interface TesseraFunctionProps {
  part: Part
  stage: Stage
  /** Where `bundle` put the functions. */
  codeDir: string
  resources: Resources
  /** What the function's event source needs beyond its contract. */
  statements?: PolicyStatement[]
}

/** A name that AWS takes (64 characters), shortened the same way every time. */
export function nameFor(stage: Stage, name: string, limit = 64): string {
  const whole = `tessera-${stage.name}-${name}`
  return whole.length <= limit ? whole : `${whole.slice(0, limit - 9)}-${createHash('sha256').update(whole).digest('hex').slice(0, 8)}`
}

/** What every function reads of its surroundings (`shared/config.ts`). */
function environment(part: Part, stage: Stage, resources: Resources): Record<string, string> {
  const present = {
    TESSERA_USER_POOL: resources.userPoolId,
    TESSERA_USER_POOL_CLIENT: resources.userPoolClientId,
    TESSERA_HOSTED_CLIENT: resources.hostedClientId,
    TESSERA_ENROLMENT_CLIENT: resources.enrolmentClientId,
    TESSERA_ISSUER: resources.issuer,
    TESSERA_LOGIN_URL: resources.loginUrl,
    TESSERA_EVENT_BUS: resources.eventBusName,
    TESSERA_ORIGIN_SECRET: resources.originSecret,
    TESSERA_API_URL: stage.apiUrl,
  }
  return {
    TESSERA_STAGE: stage.name,
    TESSERA_FUNCTION: part.name,
    TESSERA_CONTEXT: kebab(part.context),
    TESSERA_TABLE: resources.tableName,
    TESSERA_BUCKET: resources.bucketName,
    TESSERA_KEYRING: resources.keyringArn,
    TESSERA_MAIL_FROM: stage.mailFrom,
    TESSERA_APP_URL: stage.appUrl,
    TESSERA_VERSION: stage.version,
    TESSERA_IP_LIMIT: String(stage.ipLimit),
    TESSERA_REGISTRATION: stage.registration,
    TESSERA_CUSTOMER_LIMIT: String(stage.customerLimit),
    TESSERA_TENANT_CREDENTIALS: String(stage.tenantCredentials),
    TESSERA_STRICT: String(stage.strict),
    TESSERA_LOG_LEVEL: stage.logLevel,
    // No setting of a stage, so that none that is deployed can have it.
    ...(stage.name === 'local' ? { TESSERA_OUTBOUND: 'loopback' } : {}),
    ...Object.fromEntries(Object.entries(present).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  }
}

const allow = (actions: string[], resources: string[]) => new PolicyStatement({ actions, resources })

/** One function of the product: code, log group, execution role, and the data role that its contract comes to, shared with those whose contracts come to the same. */
export class TesseraFunction extends Construct {
  readonly lambda: LambdaFunction

  constructor(scope: Construct, { part, stage, codeDir, resources, statements = [] }: TesseraFunctionProps) {
    super(scope, part.name)
    const stack = Stack.of(this)
    const folder = join(codeDir, part.name)
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/tessera/${stage.name}/${part.name}`,
      retention: stage.logRetentionDays as RetentionDays,
      removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    const arns = dataArns(stack, resources)
    const reachesData = part.grants.length + part.files.length > 0
    const data = stage.tenantCredentials && reachesData ? dataRole(stack, part, arns) : undefined
    const ownFiles = stage.tenantCredentials ? [] : allTenantsFiles(part.files)
    const traces = stage.tracing === 'sampled'
    const signingKeyArn = part.signs ? shareOf(stack, stage, 'signing-key-arn') : undefined
    const role = this.executionRole(data?.executionPath ?? '/tessera/', [
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
      ...(traces ? [allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'])] : []),
      ...(data ? [allow(['sts:AssumeRole', 'sts:TagSession'], [data.role.roleArn])] : []),
      ...(stage.tenantCredentials ? [] : allTenantsStatements(part.grants, arns)),
      ...fileStatements(ownFiles, arns.bucket),
      ...part.calls.map((action) => allow([action], resourcesOf(action, stack, stage, resources))),
      ...(signingKeyArn ? [allow(signing[stage.signing].actions, [signingKeyArn])] : []),
      ...statements,
    ])
    acknowledgeFiles(role, ownFiles, arns.bucket)
    if (traces) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray takes no narrower resource for trace segments.',
      })
    }
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: nameFor(stage, part.name),
      description: part.summary.slice(0, 256),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      timeout: Duration.seconds(part.timeoutSeconds),
      handler: 'index.handler',
      // On this machine the code is made when it is first called, so there is none yet to take a hash of.
      code: Code.fromAsset(folder, { assetHash: stage.name === 'local' ? part.name : hashOf(folder) }),
      environment: {
        ...environment(part, stage, resources),
        ...(data ? { TESSERA_DATA_ROLE: data.role.roleArn } : {}),
        ...(signingKeyArn ? { TESSERA_SIGNING_KEY: signingKeyArn } : {}),
      },
      // Everything the role may do is said above, in one place, so nothing that CDK would add is let in.
      role: role.withoutPolicyUpdates(),
      logGroup,
      // Of its own, Lambda tells what went wrong: its lines of every start, end and report would cost half of what ours do. Which of ours are
      // said is decided where they are made (`telemetry.ts`), so that no metric among them is lost.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.TRACE,
      tracing: traces ? Tracing.ACTIVE : Tracing.PASS_THROUGH,
    })
  }

  private executionRole(path: string, statements: PolicyStatement[]): Role {
    const role = new Role(this, 'Role', {
      path,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { function: new PolicyDocument({ statements }) },
    })
    return role
  }
}
