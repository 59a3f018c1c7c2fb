import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  OAuthScope,
  type OAuthSettings,
  UserPool,
  type UserPoolClient,
  type UserPoolClientOptions,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito'
import { CfnPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { passwordPolicy } from '../shared/password-policy.ts'
import type { Task } from '../shared/task.ts'
import { TesseraFunction } from './function.ts'
import { share } from './parameters.ts'
import type { Part } from './parts.ts'
import { dataBelow } from './resources.ts'
import type { Stage } from './stage.ts'

export interface IdentityStackProps extends StackProps {
  stage: Stage
  codeDir: string
  tasks: readonly Part<Task>[]
}

const OPERATIONS = {
  PreTokenGeneration: [UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, LambdaVersion.V2_0],
  PreAuthentication: [UserPoolOperation.PRE_AUTHENTICATION, undefined],
} as const

const ACCEPTED = [
  { id: 'AwsSolutions-COG1', reason: 'Twelve characters of three kinds; NIST SP 800-63B advises length over a demand for symbols.' },
  { id: 'AwsSolutions-COG2', reason: 'Each organization decides on the second factor, and every request checks its decision.' },
  { id: 'AwsSolutions-COG8', reason: 'Essentials suffices: sign-in attempts are counted and locked by the product itself.' },
]

/** Who signs in: user pool, its clients, the hosted login, and the functions that Cognito asks. */
export class IdentityStack extends Stack {
  constructor(scope: Construct, id: string, { stage, codeDir, tasks, ...props }: IdentityStackProps) {
    super(scope, id, { ...props, description: 'Tessera: user pool and hosted login' })
    const pool = this.pool(stage)
    for (const part of tasks)
      if ('cognito' in part.rule.startedBy) this.trigger(pool, part, part.rule.startedBy.cognito, { stage, codeDir })
    const { api, hosted, enrolment } = this.clients(pool, stage)
    const domain = pool.addDomain('HostedLogin', { cognitoDomain: { domainPrefix: `tessera-${stage.name}-${this.account}` } })
    share(this, stage, { 'user-pool-id': pool.userPoolId, 'user-pool-client-id': api.userPoolClientId, 'login-url': domain.baseUrl() })
    share(this, stage, { 'hosted-client-id': hosted.userPoolClientId, 'enrolment-client-id': enrolment.userPoolClientId })
    new CfnOutput(this, 'HostedLoginUrl', { value: domain.baseUrl() })
    new CfnOutput(this, 'UserPoolClientId', { value: api.userPoolClientId })
    new CfnOutput(this, 'HostedClientId', { value: hosted.userPoolClientId })
  }

  /** A trigger is told its pool by Cognito; naming it in the environment would make the two wait for each other. */
  private trigger(
    pool: UserPool,
    part: Part<Task>,
    moment: keyof typeof OPERATIONS,
    { stage, codeDir }: Pick<IdentityStackProps, 'stage' | 'codeDir'>,
  ): void {
    const resources = dataBelow(this, stage)
    const [operation, version] = OPERATIONS[moment]
    const asked = part.calls.filter((call) => call.startsWith('cognito-idp:'))
    const calls = part.calls.filter((call) => !asked.includes(call))
    const { lambda } = new TesseraFunction(this, { part: { ...part, calls }, stage, codeDir, resources })
    pool.addTrigger(operation, lambda, version)
    if (asked.length > 0) this.mayCall(pool, { ...part, calls: asked }, lambda)
  }

  /** In a policy beside the role: within it, pool and function would wait for each other. */
  private mayCall(pool: UserPool, { name, calls }: Part<Task>, { role }: LambdaFunction): void {
    const statements = calls.map((action) => new PolicyStatement({ actions: [action], resources: [pool.userPoolArn] }))
    new CfnPolicy(this, `${name}-calls`, {
      policyName: `${name}-calls`,
      policyDocument: new PolicyDocument({ statements }),
      roles: role ? [role.roleName] : [],
    })
  }

  /** Usernames are our own ids, so that a person may change the mail address; the mail is set when the person is committed. */
  private pool(stage: Stage): UserPool {
    const pool = new UserPool(this, 'Users', {
      featurePlan: FeaturePlan.ESSENTIALS,
      signInAliases: { username: true, email: true },
      autoVerify: { email: false },
      signInCaseSensitive: false,
      selfSignUpEnabled: false,
      // Recovery goes through the product's own codes, which the audit record sees.
      accountRecovery: AccountRecovery.NONE,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { sms: false, otp: true },
      passwordPolicy: { ...passwordPolicy, tempPasswordValidity: Duration.days(7) },
      deletionProtection: stage.retainData,
      removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    Validations.of(pool).acknowledge(...ACCEPTED)
    return pool
  }

  /**
   * One client for each way in, so that a token tells which it came by. The pre token generation trigger knows them by their names,
   * for their ids are not known before the pool that the trigger belongs to.
   */
  private clients(pool: UserPool, stage: Stage): Record<'api' | 'hosted' | 'enrolment', UserPoolClient> {
    const password = { authFlows: { adminUserPassword: true }, disableOAuth: true }
    return {
      api: this.client(pool, 'api', password),
      hosted: this.client(pool, 'hosted', {
        // Without any flow Cognito would allow SRP; this one needs triggers that the pool does not have, so nobody passes by it.
        authFlows: { custom: true },
        oAuth: hostedLogin(stage),
      }),
      // Sets up a second factor: its tokens may call Cognito itself, and never leave the server.
      enrolment: this.client(pool, 'enrolment', { ...password, refreshTokenValidity: Duration.minutes(60) }),
    }
  }

  private client(pool: UserPool, name: string, options: UserPoolClientOptions): UserPoolClient {
    return pool.addClient(`${name}-client`, {
      userPoolClientName: name,
      generateSecret: false,
      accessTokenValidity: Duration.minutes(60),
      idTokenValidity: Duration.minutes(60),
      refreshTokenValidity: Duration.days(7),
      refreshTokenRotationGracePeriod: Duration.seconds(10),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
      // Should a token ever be let call Cognito itself, it must not change the mail address past the product.
      readAttributes: new ClientAttributes().withStandardAttributes({ email: true, emailVerified: true }),
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
      ...options,
    })
  }
}

const hostedLogin = ({ appUrl, apiUrl, callbackUrls }: Stage): OAuthSettings => ({
  flows: { authorizationCodeGrant: true },
  scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
  callbackUrls: [`${appUrl}/signed-in`, ...(apiUrl ? [`${apiUrl}/docs/oauth2-redirect.html`] : []), ...callbackUrls],
  logoutUrls: [appUrl, ...(apiUrl ? [`${apiUrl}/docs`] : [])],
})
