import { createHmac } from 'node:crypto'
import { AwsError } from '../types.ts'
import { sameSecret } from './keys.ts'
import type { ClientOfRealm, World } from './world.ts'
import { clientOf, realmOf } from './world.ts'

/** The parsed JSON body of a call. */
export type Input = Record<string, unknown>

/** A member that must be a text; throws Cognito's `InvalidParameterException`. */
export function text(input: Input, name: string): string {
  const value = input[name]
  if (typeof value === 'string' && value !== '') return value
  const shown = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  throw new AwsError(
    'InvalidParameterException',
    `1 validation error detected: Value null at '${shown}' failed to satisfy constraint: Member must not be null`,
  )
}

export const optionalText = (input: Input, name: string): string | undefined => (input[name] === undefined ? undefined : text(input, name))

export const isTrue = (input: Input, name: string): boolean => input[name] === true

/** A map of texts, such as `AuthParameters`; absent is empty. */
export function texts(input: Input, name: string): Record<string, string> {
  const value = input[name] ?? {}
  if (typeof value !== 'object' || Object.values(value).some((entry) => typeof entry !== 'string')) {
    throw new AwsError('InvalidParameterException', `${name} must be a map of strings`)
  }
  return value as Record<string, string>
}

/** Undefined where the call has none, so that a trigger's event has none either. */
export const clientMetadata = (input: Input) => (input.ClientMetadata === undefined ? undefined : texts(input, 'ClientMetadata'))

/** `UserAttributes` as a plain object. */
export function attributes(input: Input, name = 'UserAttributes'): Record<string, string> {
  const list = input[name] ?? []
  if (!Array.isArray(list)) throw new AwsError('InvalidParameterException', `${name} must be a list`)
  return Object.fromEntries(list.map((entry: Input) => [text(entry, 'Name'), String(entry.Value ?? '')]))
}

export const attributeList = (values: Record<string, string>) => Object.entries(values).map(([Name, Value]) => ({ Name, Value }))

/** The pool and user that an administrator's operation names. */
export function realmIn(world: World, input: Input) {
  return realmOf(world, text(input, 'UserPoolId'))
}

/** The client an operation names, inside the named pool where the operation names one. */
export function clientIn(world: World, input: Input): ClientOfRealm {
  const found = clientOf(world, text(input, 'ClientId'))
  if (input.UserPoolId !== undefined && found.realm !== realmIn(world, input)) {
    throw new AwsError('ResourceNotFoundException', `User pool client ${found.client.id} does not exist.`)
  }
  return found
}

/** A client with a secret must prove it, by `SecretHash` or `SECRET_HASH` over the username it names. */
export function assertSecretHash({ realm, client }: ClientOfRealm, username: string, given: string | undefined): void {
  if (!client.hasSecret) {
    if (given === undefined) return
    throw refused(`Client ${client.id} is not configured for secret but secret was received`)
  }
  if (given === undefined) throw refused(`Client ${client.id} is configured with secret but SECRET_HASH was not received`)
  const expected = createHmac('sha256', realm.keys.clientSecret(client.id)).update(`${username}${client.id}`).digest('base64')
  if (!sameSecret(expected, given)) throw refused(`SecretHash does not match for the client: ${client.id}`)
}

/** The same for operations and endpoints that take the secret itself. */
export function assertClientSecret({ realm, client }: ClientOfRealm, given: string | undefined): void {
  if (!client.hasSecret && given === undefined) return
  if (!client.hasSecret || given === undefined || !sameSecret(realm.keys.clientSecret(client.id), given)) {
    throw refused(`Client secret does not match for the client: ${client.id}`)
  }
}

const refused = (message: string) => new AwsError('NotAuthorizedException', message)
