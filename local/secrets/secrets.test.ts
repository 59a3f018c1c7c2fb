import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Front, startFront } from '../aws/front.ts'
import { account, deploymentOf, functionRoleArn, lambdaTrust, policy, region, resource } from '../aws/test-deployment.ts'
import { createIam } from '../iam/iam.ts'
import { createCredentials } from '../sts/credentials.ts'
import { createSecrets } from './secrets.ts'

const arn = (name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}`
const KEYRING = arn('tessera/keyring-a1b2c3')
const GIVEN = arn('given-d4e5f6')

const deployment = deploymentOf([
  resource('AWS::SecretsManager::Secret', KEYRING, { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } }),
  resource('AWS::SecretsManager::Secret', GIVEN, { SecretString: 'as written' }),
  resource('AWS::SecretsManager::Secret', arn('plain-a1a1a1'), {}),
  resource('AWS::IAM::Role', 'create-user', {
    Path: '/tessera/',
    AssumeRolePolicyDocument: lambdaTrust,
    Policies: [
      { PolicyName: 'own', PolicyDocument: policy({ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: KEYRING }) },
    ],
  }),
])
const iam = createIam(deployment)
const credentials = createCredentials({ account, iam })
const dataDir = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secrets')
let front: Front
const clients: SecretsManagerClient[] = []

beforeAll(async () => {
  const services = [createSecrets({ deployment, dataDir })]
  front = await startFront({ port: 0, services, credentials, iam, log: () => undefined })
})
afterAll(async () => {
  for (const client of clients) client.destroy()
  await front.close()
  rmSync(join(dataDir, '..'), { recursive: true, force: true })
})

function ask(SecretId: string, as = credentials.root()) {
  const client = new SecretsManagerClient({ endpoint: front.url, region, maxAttempts: 1, credentials: as })
  clients.push(client)
  return client.send(new GetSecretValueCommand({ SecretId }))
}

test('a generated secret is as long as the template says, of the characters it allows, and stays the same over restarts', async () => {
  const { SecretString = '', ARN, Name } = await ask(KEYRING)
  expect({ ARN, Name }).toEqual({ ARN: KEYRING, Name: 'tessera/keyring' })
  expect(SecretString).toMatch(/^[A-Za-z0-9]{64}$/)
  const restarted = await createSecrets({ deployment, dataDir }).handle({
    operation: 'GetSecretValue',
    input: { SecretId: KEYRING },
  } as never)
  expect(JSON.parse(String(restarted.body)).SecretString).toBe(SecretString)
})

test('it is kept in a file that only its owner may read', async () => {
  await ask(KEYRING)
  const [name = ''] = readdirSync(dataDir)
  expect(name).toBe('tessera%2Fkeyring.json')
  expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(JSON.parse(readFileSync(join(dataDir, name), 'utf8')).value).toHaveLength(64)
})

test.each([GIVEN, 'given', arn('given')])('a secret is found by %s', async (id) => {
  expect(await ask(id)).toMatchObject({ ARN: GIVEN, SecretString: 'as written' })
})

test('without further wishes a secret has 32 characters', async () => {
  expect((await ask('plain')).SecretString).toHaveLength(32)
})

test.each(['other', arn('other-aaaaaa'), 'keyring'])('there is no secret %s', async (id) => {
  await expect(ask(id)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('a role reads the secret that it is granted and no other, whether or not that exists', async () => {
  const mine = credentials.forRole(functionRoleArn, 'create-user')
  expect((await ask('tessera/keyring', mine)).ARN).toBe(KEYRING)
  await expect(ask(GIVEN, mine)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  await expect(ask('other', mine)).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

test('no other operation is answered', async () => {
  const client = new SecretsManagerClient({ endpoint: front.url, region, maxAttempts: 1, credentials: credentials.root() })
  clients.push(client)
  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: 'InvalidRequestException' })
})
