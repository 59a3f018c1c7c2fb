import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { addressOf, callbackUrl, flag, listOf, origin, positive, retentionDays, sender, tracing, webAddress } from './setting-values.ts'
import { refuseUnknown } from './unknown-settings.ts'

export const projectRoot = join(import.meta.dirname, '..')

/** What one deployment of the product is given: a stage of cdk.json, with what `-c name=value` says beside it. */
export const Stage = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9]{0,11}$/, 'Must be at most 12 lower-case letters and digits'),
  /** `Tessera <no-reply@example.com>`: its domain becomes the SES identity. */
  mailFrom: sender,
  /** Where links in mails lead. */
  appUrl: webAddress,
  /** Where the API answers, once it is known: lets `/docs` sign in with the hosted login. */
  apiUrl: webAddress.optional(),
  /** Further addresses that the hosted login may return to. */
  callbackUrls: listOf(callbackUrl).default([]),
  /** Browsers' origins that may call the API, and send and fetch files. */
  origins: listOf(origin).default([]),
  registration: z.enum(['open', 'invited']).default('open'),
  /** How many customers a provider that registered itself may make. */
  customerLimit: positive.default(25),
  /** Requests a minute from one IP address on public routes. */
  ipLimit: positive.default(100),
  /** Answers carry their cost, and a reply that breaks its contract is an error. */
  strict: flag.default(false),
  /** What signs checkpoints of the record: a key that never leaves KMS, at KMS's price for each, or one made of a secret, in the sealer's memory. */
  signing: z.enum(['kms', 'secret']).default('kms'),
  /** Data roles limited to one tenant; off only where STS's rate binds. */
  tenantCredentials: flag.default(true),
  /** Keeps table, files, user pool and logs when a stack is deleted, and protects them from deletion. */
  retainData: flag.default(false),
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
  logRetentionDays: retentionDays.default(30),
  tracing,
  archiveDays: positive.default(30),
  /** Of the whole API; a route's own is what `callers` make at once who all use their full limit. */
  throttle: z
    .strictObject({ ratePerSecond: positive, burst: positive, callers: positive })
    .default({ ratePerSecond: 2000, burst: 1000, callers: 400 }),
  version: z.string().min(1),
})
export type Stage = z.output<typeof Stage>

type Settings = Record<string, unknown>

/** A file of the project, or nothing in it when the project is elsewhere. */
const readJson = (file: string) => JSON.parse(readFileSync(join(projectRoot, file), 'utf8')) as Settings

/** The context of cdk.json: the CDK command line passes it on, but `node infra/app.ts` alone must read it itself. */
export const fileContext = () => readJson('cdk.json').context as Settings

/** The address of this machine's stack, whose first port the local command passes on. */
function localSettings(context: Settings): Settings {
  const { api } = (context.ports ?? {}) as { api?: number }
  const appUrl = `http://localhost:${api ?? process.env.TESSERA_PORT ?? 3000}`
  return { appUrl, apiUrl: appUrl, origins: [appUrl], ipLimit: process.env.TESSERA_IP_LIMIT || undefined }
}

const withoutAbsent = (settings: Settings) => Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))

/** The stage that `-c stage=…` names (default dev). Throws in words when there is none, or when a setting is wrong. */
export function readStage(context: Settings): Stage {
  const name = String(context.stage ?? (process.env.TESSERA_LOCAL === '1' ? 'local' : 'dev'))
  const stages = context.stages as Record<string, Settings>
  const own = stages[name]
  if (!own) throw new Error(`There is no stage ${name}. cdk.json has: ${Object.keys(stages).join(', ')}.`)
  refuseUnknown({ context, own, stage: name, known: Object.keys(Stage.shape).filter((key) => key !== 'name') })
  const beside = Object.fromEntries(Object.keys(Stage.shape).map((key) => [key, key === 'name' ? undefined : context[key]]))
  const local = name === 'local' ? withoutAbsent(localSettings(context)) : {}
  const settings = { version: readJson('package.json').version, ...own, ...local, ...withoutAbsent(beside), name }
  const parsed = Stage.safeParse(settings)
  if (!parsed.success) throw new Error(`Stage ${name} has wrong settings:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** What must be one's own before a stage meets AWS: the addresses in cdk.json are examples. */
export const examplesLeft = (stage: Stage): string[] =>
  Object.entries({ mailFrom: stage.mailFrom, appUrl: stage.appUrl, origins: stage.origins.join(' ') })
    .filter(([, value]) => /\bexample\.(com|org|net)\b/.test(value))
    .map(([name]) => name)

/** The part of `Name <mailbox@domain>` that SES verifies. */
export const mailDomain = ({ mailFrom }: Pick<Stage, 'mailFrom'>) => addressOf(mailFrom).split('@').at(-1)?.toLowerCase() ?? ''
