import * as z from 'zod'
import type { Deployment, Resource } from '../types.ts'

/** What the template says about one user pool, in the terms the emulator works with. */
export interface Pool {
  id: string
  name: string
  arn: string
  region: string
  mfa: 'OFF' | 'OPTIONAL' | 'ON'
  /** Authenticator apps are among the second factors. */
  totp: boolean
  caseSensitive: boolean
  /** Attributes that, once verified, sign a person in as their username does. */
  aliases: string[]
  /** Attributes that take the username's place; the username is then made up. */
  usernameAttributes: string[]
  customAttributes: string[]
  policy: PasswordPolicy
  /** Whoever forgot a password may have a code mailed; else only an administrator sets another. */
  selfRecovery: boolean
  preToken: string | undefined
  preAuthentication: string | undefined
  /** A pool without a domain has no hosted login and no OAuth endpoints. */
  hasDomain: boolean
  clients: Client[]
}

export interface PasswordPolicy {
  minimumLength: number
  uppercase: boolean
  lowercase: boolean
  numbers: boolean
  symbols: boolean
  temporaryDays: number
}

export interface Client {
  id: string
  name: string
  hasSecret: boolean
  authFlows: string[]
  accessTokenSeconds: number
  idTokenSeconds: number
  refreshTokenSeconds: number
  callbackUrls: string[]
  logoutUrls: string[]
  scopes: string[]
  codeFlow: boolean
  revocation: boolean
  /** Present where refresh tokens rotate: how long the rotated one may be retried. */
  rotationGraceSeconds: number | undefined
  hidesUnknownUsers: boolean
  /** What a person's own token may change; undefined is everything. */
  writeAttributes: string[] | undefined
}

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
const count = z.coerce.number().int()
const texts = z.array(z.string()).default([])

const PasswordPolicyProperties = z.object({
  MinimumLength: count.default(8),
  RequireUppercase: flag.default(false),
  RequireLowercase: flag.default(false),
  RequireNumbers: flag.default(false),
  RequireSymbols: flag.default(false),
  TemporaryPasswordValidityDays: count.default(7),
})
/** What Cognito demands when the template names no policy at all. */
const DEFAULT_POLICY = { RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true }

const PoolProperties = z.object({
  UserPoolName: z.string().default(''),
  MfaConfiguration: z.enum(['OFF', 'OPTIONAL', 'ON']).default('OFF'),
  EnabledMfas: texts,
  UsernameConfiguration: z.object({ CaseSensitive: flag }).default({ CaseSensitive: true }),
  AliasAttributes: texts,
  UsernameAttributes: texts,
  Schema: z.array(z.object({ Name: z.string() })).default([]),
  Policies: z.object({ PasswordPolicy: PasswordPolicyProperties.prefault(DEFAULT_POLICY) }).prefault({}),
  AccountRecoverySetting: z.object({ RecoveryMechanisms: z.array(z.object({ Name: z.string() })).default([]) }).prefault({}),
  LambdaConfig: z
    .object({
      PreAuthentication: z.string().optional(),
      PreTokenGeneration: z.string().optional(),
      PreTokenGenerationConfig: z.object({ LambdaArn: z.string(), LambdaVersion: z.string() }).optional(),
    })
    .default({}),
})

const ClientProperties = z.object({
  UserPoolId: z.string(),
  ClientName: z.string().default(''),
  GenerateSecret: flag.default(false),
  ExplicitAuthFlows: z.array(z.string()).default(['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH']),
  AccessTokenValidity: count.optional(),
  IdTokenValidity: count.optional(),
  RefreshTokenValidity: count.optional(),
  TokenValidityUnits: z
    .object({ AccessToken: z.string().optional(), IdToken: z.string().optional(), RefreshToken: z.string().optional() })
    .default({}),
  CallbackURLs: texts,
  LogoutURLs: texts,
  AllowedOAuthScopes: texts,
  AllowedOAuthFlows: texts,
  AllowedOAuthFlowsUserPoolClient: flag.default(false),
  EnableTokenRevocation: flag.default(true),
  RefreshTokenRotation: z.object({ Feature: z.string(), RetryGracePeriodSeconds: count.default(0) }).optional(),
  PreventUserExistenceErrors: z.string().default('LEGACY'),
  WriteAttributes: z.array(z.string()).optional(),
})

const UNIT_SECONDS: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }

/** Every user pool of the deployment with its clients. */
export function readPools(deployment: Deployment): Pool[] {
  const clients = deployment.ofType('AWS::Cognito::UserPoolClient')
  const domains = deployment.ofType('AWS::Cognito::UserPoolDomain')
  return deployment.ofType('AWS::Cognito::UserPool').map((resource) => ({
    ...readPool(deployment, resource),
    hasDomain: domains.some((domain) => domain.properties.UserPoolId === resource.ref),
    clients: clients.filter((client) => client.properties.UserPoolId === resource.ref).map(readClient),
  }))
}

function readPool(deployment: Deployment, resource: Resource): Omit<Pool, 'clients' | 'hasDomain'> {
  const properties = PoolProperties.parse(resource.properties)
  const policy = properties.Policies.PasswordPolicy
  return {
    id: resource.ref,
    name: properties.UserPoolName || resource.logicalId,
    arn: deployment.attribute(resource, 'Arn'),
    region: deployment.region,
    mfa: properties.MfaConfiguration,
    totp: properties.MfaConfiguration !== 'OFF' && properties.EnabledMfas.includes('SOFTWARE_TOKEN_MFA'),
    caseSensitive: properties.UsernameConfiguration.CaseSensitive,
    aliases: properties.AliasAttributes,
    usernameAttributes: properties.UsernameAttributes,
    customAttributes: properties.Schema.map(({ Name }) => `custom:${Name.replace(/^custom:/, '')}`),
    policy: {
      minimumLength: policy.MinimumLength,
      uppercase: policy.RequireUppercase,
      lowercase: policy.RequireLowercase,
      numbers: policy.RequireNumbers,
      symbols: policy.RequireSymbols,
      temporaryDays: policy.TemporaryPasswordValidityDays,
    },
    selfRecovery: !properties.AccountRecoverySetting.RecoveryMechanisms.some(({ Name }) => Name === 'admin_only'),
    preToken: preTokenTrigger(resource.ref, properties.LambdaConfig),
    preAuthentication: properties.LambdaConfig.PreAuthentication,
  }
}

function preTokenTrigger(poolId: string, config: z.infer<typeof PoolProperties>['LambdaConfig']): string | undefined {
  const version = config.PreTokenGenerationConfig?.LambdaVersion ?? (config.PreTokenGeneration ? 'V1_0' : undefined)
  if (version !== undefined && version !== 'V2_0') {
    throw new Error(`User pool ${poolId}: the local stack runs pre token generation triggers of version V2_0 only, not ${version}`)
  }
  return config.PreTokenGenerationConfig?.LambdaArn
}

function readClient(resource: Resource): Client {
  const properties = ClientProperties.parse(resource.properties)
  const units = properties.TokenValidityUnits
  const rotation = properties.RefreshTokenRotation
  return {
    id: resource.ref,
    name: properties.ClientName || resource.logicalId,
    hasSecret: properties.GenerateSecret,
    authFlows: properties.ExplicitAuthFlows,
    accessTokenSeconds: validity(properties.AccessTokenValidity, units.AccessToken, 'hours', 1),
    idTokenSeconds: validity(properties.IdTokenValidity, units.IdToken, 'hours', 1),
    refreshTokenSeconds: validity(properties.RefreshTokenValidity, units.RefreshToken, 'days', 30),
    callbackUrls: properties.CallbackURLs,
    logoutUrls: properties.LogoutURLs,
    scopes: properties.AllowedOAuthScopes,
    codeFlow: properties.AllowedOAuthFlowsUserPoolClient && properties.AllowedOAuthFlows.includes('code'),
    revocation: properties.EnableTokenRevocation,
    rotationGraceSeconds: rotation?.Feature === 'ENABLED' ? rotation.RetryGracePeriodSeconds : undefined,
    hidesUnknownUsers: properties.PreventUserExistenceErrors === 'ENABLED',
    writeAttributes: properties.WriteAttributes,
  }
}

function validity(amount: number | undefined, unit: string | undefined, usualUnit: string, usual: number): number {
  if (!amount) return usual * (UNIT_SECONDS[usualUnit] ?? 1)
  return amount * (UNIT_SECONDS[unit ?? usualUnit] ?? 1)
}
