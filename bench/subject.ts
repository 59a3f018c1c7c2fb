import { catalogue, reactions, tasks } from '../functions/catalogue.ts'
import { allParts, type Part, partsOf } from '../infra/parts.ts'
import { type Endpoint, methodOf, pathOf } from '../shared/endpoint.ts'
import { ORGANIZATION } from './fake-table.ts'

/** What is measured: a bundle with a handler, and an event for it. */
export interface Subject {
  name: string
  file: string
  event: object
}

/** The functions of the product by these names. */
export const partsNamed = (names: readonly string[]): Part[] =>
  allParts(partsOf(catalogue, reactions, tasks)).filter(({ name }) => names.includes(name))

export const CALLER = 'usr_01j9z0s6n6r3v7t4q2m8000000'
const claims = {
  token_use: 'access',
  username: CALLER,
  origin_jti: '6c2d0b0e-3a2f-4a57-9c5e-3f2d7c1b9a10',
  org: ORGANIZATION,
  auth_time: '1',
  scope: 'aws.cognito.signin.user.admin',
}
const body = { email: 'charles@example.com', firstName: 'Charles', lastName: 'Babbage' }
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** A request to an endpoint, as the gateway hands it over. */
export function eventFor({ rule }: Part): object {
  const contract = rule as Endpoint
  const path = pathOf(contract).replace('{id}', CALLER)
  return {
    version: '2.0',
    routeKey: contract.route,
    rawPath: path,
    rawQueryString: '',
    isBase64Encoded: false,
    pathParameters: { id: CALLER },
    headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': userAgent },
    ...(methodOf(contract) === 'GET' ? {} : { body: JSON.stringify(body) }),
    requestContext: {
      http: { method: methodOf(contract), path, sourceIp: '192.0.2.1', userAgent },
      authorizer: { jwt: { claims } },
    },
  }
}

/** The environment of a function whose AWS is the fake one. */
export const environmentFor = (url: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  TESSERA_TABLE: 'bench',
  TESSERA_DATA_ROLE: 'arn:aws:iam::000000000000:role/bench',
  TESSERA_KEYRING: 'bench',
  TESSERA_LOG_LEVEL: 'INFO',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'K',
  AWS_SECRET_ACCESS_KEY: 'S',
  AWS_SESSION_TOKEN: 'T',
  AWS_ENDPOINT_URL: url,
})

export const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
