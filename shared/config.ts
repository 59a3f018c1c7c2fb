/** A function's settings, put into its environment by `infra`. Read when first needed, so that a module can be loaded without them. */
export interface Config {
  stage: string
  /** Of whose endpoints the function is one: `users`. */
  context: string
  tableName: string
  /** Where files lie. */
  bucketName: string
  dataRoleArn: string
  userPoolId: string
  /** Of the product's own sign-in, over its API. */
  userPoolClientId: string
  /** Of the hosted login. */
  hostedClientId: string
  /** For setting up a second factor; its tokens never leave the server. */
  enrolmentClientId: string
  /** Who issues access tokens: `https://cognito-idp.eu-central-1.amazonaws.com/<pool>`. */
  issuer: string
  /** ARN of the secret that all keys are derived from. */
  keyringSecret: string
  /** ARN of the KMS key, or of the secret, that checkpoints are signed with. */
  signingKey: string
  /** Of the hosted login: `https://tessera.auth.eu-central-1.amazoncognito.com`. */
  loginUrl: string
  eventBusName: string
  /** By which the distribution shows that a request came through it; absent where there is none. */
  originSecret: string | undefined
  /** `Tessera <no-reply@example.com>` */
  mailFrom: string
  /** Where links in mails lead: `https://app.example.com`. */
  appUrl: string
  /** Where the API answers, where the stage says so: `https://api.example.com`. */
  apiUrl: string | undefined
  version: string
  /** Requests a minute from one IP address on public routes. */
  ipLimitPerMinute: number
  registration: 'open' | 'invited'
  /** How many customers a provider that registered itself may make. */
  customerLimit: number
  tenantCredentials: boolean
  /** Calls to addresses that somebody gave may go to this machine, without TLS too; set in the template of the local stage alone. */
  outboundToLoopback: boolean
  /** Answers carry what they cost (`X-Cost`) and a reply that breaks its contract is an error: never in production. */
  strict: boolean
}

const required = (name: string) => {
  const value = process.env[name]
  if (!value) throw new Error(`The environment variable ${name} is missing: infra sets it for every function.`)
  return value
}
const optional = (name: string, otherwise = '') => process.env[name] || otherwise

export const config = {
  get stage() {
    return required('TESSERA_STAGE')
  },
  get context() {
    return optional('TESSERA_CONTEXT')
  },
  get tableName() {
    return required('TESSERA_TABLE')
  },
  get bucketName() {
    return required('TESSERA_BUCKET')
  },
  get dataRoleArn() {
    return required('TESSERA_DATA_ROLE')
  },
  get userPoolId() {
    return required('TESSERA_USER_POOL')
  },
  get userPoolClientId() {
    return required('TESSERA_USER_POOL_CLIENT')
  },
  get hostedClientId() {
    return required('TESSERA_HOSTED_CLIENT')
  },
  get enrolmentClientId() {
    return required('TESSERA_ENROLMENT_CLIENT')
  },
  get issuer() {
    return required('TESSERA_ISSUER')
  },
  get keyringSecret() {
    return required('TESSERA_KEYRING')
  },
  get signingKey() {
    return required('TESSERA_SIGNING_KEY')
  },
  get loginUrl() {
    return required('TESSERA_LOGIN_URL')
  },
  get eventBusName() {
    return required('TESSERA_EVENT_BUS')
  },
  get originSecret() {
    return process.env.TESSERA_ORIGIN_SECRET || undefined
  },
  get mailFrom() {
    return required('TESSERA_MAIL_FROM')
  },
  get appUrl() {
    return required('TESSERA_APP_URL')
  },
  get apiUrl() {
    return process.env.TESSERA_API_URL || undefined
  },
  get version() {
    return optional('TESSERA_VERSION', '0.0.0')
  },
  get ipLimitPerMinute() {
    return Number(optional('TESSERA_IP_LIMIT', '100'))
  },
  get registration() {
    return optional('TESSERA_REGISTRATION', 'open') as Config['registration']
  },
  get customerLimit() {
    return Number(optional('TESSERA_CUSTOMER_LIMIT', '25'))
  },
  get tenantCredentials() {
    return optional('TESSERA_TENANT_CREDENTIALS', 'true') !== 'false'
  },
  get outboundToLoopback() {
    return optional('TESSERA_OUTBOUND') === 'loopback'
  },
  get strict() {
    return optional('TESSERA_STRICT') === 'true'
  },
} satisfies Config
