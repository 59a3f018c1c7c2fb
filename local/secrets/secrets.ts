import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { writeWhole } from '../cognito/records.ts'
import { readKeptJson } from '../kept-state.ts'
import { AwsError, type AwsRequest, type AwsService, type Deployment, type IamRequest, type Resource } from '../types.ts'

/** Secrets Manager's `GetSecretValue` for the secrets of the templates; a generated one is made once and kept in the folder. */
export function createSecrets({ deployment, dataDir }: { deployment: Deployment; dataDir: string }): AwsService {
  const secrets = deployment.ofType('AWS::SecretsManager::Secret')
  // One that is damaged is to be known at the start, not at the first question.
  for (const each of secrets) kept(fileOf(each, dataDir))
  const arnOf = (secretId: string) => secrets.find((each) => isNamed(each, secretId))?.ref
  return {
    name: 'secretsmanager',
    needs: ({ operation, input }) => [permission(operation, arnOf(String(input.SecretId)) ?? unknownArn(deployment, input))],
    async handle({ operation, input }: AwsRequest) {
      if (operation !== 'GetSecretValue') throw new AwsError('InvalidRequestException', `The local stack does not answer ${operation}.`)
      const secret = secrets.find((each) => isNamed(each, String(input.SecretId)))
      if (!secret) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
      const answer = { ARN: secret.ref, Name: nameOf(secret), SecretString: textOf(secret, dataDir), VersionStages: ['AWSCURRENT'] }
      return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(answer) }
    },
  }
}

const permission = (operation: string, resource: string): IamRequest => ({ action: `secretsmanager:${operation}`, resource, context: {} })

const unknownArn = ({ region, account }: Deployment, { SecretId }: Record<string, unknown>) =>
  String(SecretId).startsWith('arn:') ? String(SecretId) : `arn:aws:secretsmanager:${region}:${account}:secret:${SecretId}`

/** An ARN ends with the name, a hyphen and six characters of the service's own. */
const nameOf = ({ ref }: Resource) => ref.split(':secret:')[1]?.slice(0, -7) ?? ref

/** A secret is asked for by its name, its ARN, or its ARN without the last six characters. */
const isNamed = (secret: Resource, id: string) => [secret.ref, secret.ref.slice(0, -7), nameOf(secret)].includes(id)

const Generate = z.object({
  PasswordLength: z.coerce.number().default(32),
  ExcludePunctuation: z.boolean().default(false),
  ExcludeCharacters: z.string().default(''),
})

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'

function generated(wish: unknown): string {
  const { PasswordLength, ExcludePunctuation, ExcludeCharacters } = Generate.parse(wish)
  const alphabet = [...LETTERS, ...(ExcludePunctuation ? '' : PUNCTUATION)].filter((each) => !ExcludeCharacters.includes(each))
  return Array.from({ length: PasswordLength }, () => alphabet[randomInt(alphabet.length)]).join('')
}

const fileOf = (secret: Resource, folder: string) => join(folder, `${encodeURIComponent(nameOf(secret))}.json`)
const kept = (file: string) => readKeptJson(file, z.object({ value: z.string() }))?.value

function textOf(secret: Resource, folder: string): string {
  const { SecretString, GenerateSecretString = {} } = secret.properties
  if (typeof SecretString === 'string') return SecretString
  const file = fileOf(secret, folder)
  const found = kept(file)
  if (found !== undefined) return found
  const value = generated(GenerateSecretString)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeWhole(file, JSON.stringify({ value }))
  return value
}
