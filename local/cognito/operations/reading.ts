import { AwsError } from '../../types.ts'
import { attributeList, clientIn, type Input, optionalText, realmIn, text } from '../input.ts'
import { SELF_SERVICE, userOfAccessToken } from '../tokens.ts'
import type { User } from '../user-store.ts'
import type { World } from '../world.ts'
import { mfaOf, shown, withSub } from './admin-users.ts'

export async function getUser(world: World, input: Input) {
  const { user } = await userOfAccessToken(world, text(input, 'AccessToken'), SELF_SERVICE)
  return { Username: user.username, UserAttributes: attributeList(withSub(user)), ...mfaOf(user) }
}

export async function globalSignOut(world: World, input: Input) {
  const { realm, user } = await userOfAccessToken(world, text(input, 'AccessToken'), SELF_SERVICE)
  realm.sessions.revokeAll(user.username)
  return {}
}

export async function describeUserPool(world: World, input: Input) {
  const { pool, users } = realmIn(world, input)
  return {
    UserPool: {
      Id: pool.id,
      Name: pool.name,
      Arn: pool.arn,
      MfaConfiguration: pool.mfa,
      AliasAttributes: pool.aliases,
      UsernameAttributes: pool.usernameAttributes,
      UsernameConfiguration: { CaseSensitive: pool.caseSensitive },
      EstimatedNumberOfUsers: users.all().length,
      Policies: {
        PasswordPolicy: {
          MinimumLength: pool.policy.minimumLength,
          RequireUppercase: pool.policy.uppercase,
          RequireLowercase: pool.policy.lowercase,
          RequireNumbers: pool.policy.numbers,
          RequireSymbols: pool.policy.symbols,
          TemporaryPasswordValidityDays: pool.policy.temporaryDays,
        },
      },
    },
  }
}

export async function describeUserPoolClient(world: World, input: Input) {
  const { realm, client } = clientIn(world, input)
  return {
    UserPoolClient: {
      UserPoolId: realm.pool.id,
      ClientId: client.id,
      ClientName: client.name,
      ...(client.hasSecret ? { ClientSecret: realm.keys.clientSecret(client.id) } : {}),
      ExplicitAuthFlows: client.authFlows,
      CallbackURLs: client.callbackUrls,
      LogoutURLs: client.logoutUrls,
      AllowedOAuthScopes: client.scopes,
      EnableTokenRevocation: client.revocation,
      PreventUserExistenceErrors: client.hidesUnknownUsers ? 'ENABLED' : 'LEGACY',
    },
  }
}

const MOST_USERS = 60

/** Users in the order they were made; the filter takes one attribute with `=` or `^=`. */
export async function listUsers(world: World, input: Input) {
  const { users } = realmIn(world, input)
  const matches = filterOf(optionalText(input, 'Filter'))
  const start = Number(optionalText(input, 'PaginationToken') ?? 0)
  const limit = Math.min(Number(input.Limit ?? MOST_USERS), MOST_USERS)
  const found = users.all().filter(matches)
  const page = found.slice(start, start + limit)
  return {
    Users: page.map((user) => ({ ...shown(user), Attributes: attributeList(withSub(user)) })),
    ...(start + limit < found.length ? { PaginationToken: String(start + limit) } : {}),
  }
}

function filterOf(filter: string | undefined): (user: User) => boolean {
  if (filter === undefined) return () => true
  const parts = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter)
  if (!parts) throw new AwsError('InvalidParameterException', 'Error while parsing filter.')
  const [, name = '', operator, quoted = ''] = parts
  const wanted = quoted.replace(/\\(.)/g, '$1')
  return (user) => {
    const value = attributeNamed(user, name)
    return operator === '=' ? value === wanted : value?.startsWith(wanted) === true
  }
}

function attributeNamed(user: User, name: string): string | undefined {
  if (name === 'username') return user.username
  if (name === 'status') return user.enabled ? 'Enabled' : 'Disabled'
  if (name === 'cognito:user_status') return user.status
  return withSub(user)[name]
}
