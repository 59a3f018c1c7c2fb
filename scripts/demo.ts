// `npm run demo`: a person's path through the running stack, every request and answer printed.
import { randomBytes } from 'node:crypto'
import { ApiError, type ClientOptions } from '../client/call.ts'
import { createClient } from '../client/client.ts'

const port = Number(process.env.TESSERA_PORT ?? 3000)
const baseUrl = `http://localhost:${port}`
const inbox = `http://localhost:${port + 2}`
const PASSWORD = 'Correct-Horse-9-Battery'
const SECRETS = /("(?:accessToken|idToken|refreshToken|password|token)": ")([^"]{12})[^"]*/g

const tint = (code: number, text: string) => (process.stdout.isTTY ? `\x1b[${code}m${text}\x1b[0m` : text)
const shown = (value: unknown) => JSON.stringify(value, null, 2).replace(SECRETS, '$1$2…').replace(/^/gm, '    ')

let step = 0
const say = (text: string) => console.log(`\n${tint(1, `${++step}. ${text}`)}`)

const onAnswer: ClientOptions['onAnswer'] = ({ route, status, body }) => {
  console.log(`  ${tint(36, route)} → ${tint(status < 400 ? 32 : 33, String(status))}`)
  if (body) console.log(shown(body))
}

/** A client that prints what it sends as well as what comes back. */
function clientFor(token?: () => string | undefined) {
  const printing: typeof fetch = (url, init) => {
    if (init?.body) console.log(tint(2, `    sent ${String(init.body).replace(/("(?:password|token|refreshToken)":")[^"]*/g, '$1…')}`))
    return fetch(url, init)
  }
  return createClient({ baseUrl, fetch: printing, onAnswer, ...(token ? { token } : {}) })
}

type Api = ReturnType<typeof clientFor>

interface Mail {
  subject: string
  text: string
}

/** Mails follow a moment after the answer: a reaction sends them. */
async function mail(to: string, pattern: RegExp): Promise<{ mail: Mail; found: string }> {
  for (let tries = 0; tries < 200; tries++) {
    const mails = (await (await fetch(`${inbox}/messages?to=${encodeURIComponent(to)}`)).json()) as Mail[]
    for (const each of mails) {
      const found = pattern.exec(each.text)?.[1]
      if (found) {
        console.log(`  ${tint(35, `mail to ${to}: “${each.subject}”`)}`)
        return { mail: each, found }
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`No mail for ${to} came within 20 seconds. See ${inbox}.`)
}

async function refused(call: Promise<unknown>) {
  try {
    await call
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('This call should have been refused.')
}

async function auditOf(api: Api, resourceId: string, action: string) {
  for (let tries = 0; tries < 100; tries++) {
    const quiet = await api.listAuditLogs({ query: { resourceId, action } })
    if (quiet.data.items.length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  throw new Error(`No audit entry ${action} for ${resourceId} appeared.`)
}

async function signedIn(anonymous: Api, email: string): Promise<Api> {
  const { data } = await anonymous.login({ body: { email, password: PASSWORD } })
  if (data.mfaRequired) throw new Error('No second factor was expected.')
  const { accessToken } = data.tokens
  return clientFor(() => accessToken)
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()

/** What somebody is told when they are refused opens what they ask next. */
const referenceIn = ({ details }: ApiError) => String(details.reference)

interface Both {
  /** Administrates. */
  ada: Api
  adaId: string
  grace: Api
}

/** From a refusal to an hour of access, and to the end of one that is shorter. */
async function askForAccess({ ada, adaId, grace }: Both, adaMail: string) {
  const params = { id: adaId }
  say('She may not see Ada: the refusal says what it takes, and carries a reference')
  const reference = referenceIn(await refused(grace.getUser({ params })))

  say('With the reference she asks why, and what would let her')
  await grace.getDenial({ params: { reference } })

  say('With the same reference she asks for it')
  const asked = await grace.createAccessRequest({ body: { reference, reason: 'I answer her mails while she is away.' } })

  say('Ada is told, and gives it for an hour; now Grace sees her')
  await mail(adaMail, /(users:read)/)
  await ada.approveAccessRequest({ params: { id: asked.data.id }, body: { expiresAt: inSeconds(3_600) } })
  await grace.getUser({ params })

  say('What roles there are is another matter, which she is given for five seconds')
  const more = referenceIn(await refused(grace.listRoles({})))
  const shortly = await grace.createAccessRequest({ body: { reference: more, reason: 'To know what to ask for.' } })
  const until = inSeconds(5)
  await ada.approveAccessRequest({ params: { id: shortly.data.id }, body: { expiresAt: until } })
  await grace.listRoles({})

  say('When they are over, so is her access: nobody has to take it away')
  await new Promise((resolve) => setTimeout(resolve, Date.parse(until) - Date.now() + 100))
  await refused(grace.listRoles({}))
}

async function walk() {
  const suffix = randomBytes(3).toString('hex')
  const [ada, grace] = [`ada.${suffix}@example.com`, `grace.${suffix}@example.com`]
  const anonymous = clientFor()

  say('Ada registers her organization')
  const { data: registration } = await anonymous.register({
    body: {
      organization: { name: `Analytical Engines ${suffix}` },
      admin: { email: ada, password: PASSWORD, firstName: 'Ada', lastName: 'Lovelace' },
    },
  })

  say('She finds the code in her inbox and proves her address: only now her organization and her account exist')
  const { found: code } = await mail(ada, /\b(\d{6})\b/)
  await anonymous.verifyEmail({ body: { registrationId: registration.registrationId, code } })

  say('She signs in')
  const api = await signedIn(anonymous, ada)
  const adaId = (await api.getMe({})).data.user.id

  say('She invites Grace')
  const invited = await api.createUser({ body: { email: grace, firstName: 'Grace', lastName: 'Hopper' }, idempotencyKey: `demo-${suffix}` })
  const id = invited.data.id

  say('Grace follows the link in her mail and accepts')
  const { found: token } = await mail(grace, /[?&]token=([\w-]+)/)
  await anonymous.acceptInvitation({ body: { token, password: PASSWORD } })

  say('Grace signs in')
  await askForAccess({ ada: api, adaId, grace: await signedIn(anonymous, grace) }, ada)

  say('Ada changes her, with the version she read')
  const current = await api.getUser({ params: { id } })
  await api.updateUser({ params: { id }, body: { department: 'Compilers' }, ...(current.etag ? { ifMatch: current.etag } : {}) })

  say('A second change with the old version is refused')
  await refused(api.updateUser({ params: { id }, body: { department: 'Debugging' }, ...(current.etag ? { ifMatch: current.etag } : {}) }))

  say('Ada locks her; Grace cannot sign in any more')
  await api.lockUser({ params: { id }, body: { reason: 'On leave' } })
  await refused(anonymous.login({ body: { email: grace, password: PASSWORD } }))

  say('Everything stands in the audit trail')
  await auditOf(api, id, 'user.locked')

  say('And these mails followed')
  await mail(grace, /(lock)/i)
  for (const address of [ada, grace]) {
    const mails = (await (await fetch(`${inbox}/messages?to=${encodeURIComponent(address)}`)).json()) as Mail[]
    for (const { subject } of mails.reverse()) console.log(`  ${tint(35, `to ${address}: “${subject}”`)}`)
  }

  say('Ada signs out, and her token is refused at the next request')
  await api.logout({})
  const last = await refused(api.getMe({}))
  console.log(
    `\n${tint(32, 'That was the whole path.')} The last answer was ${last.status} ${last.code}. More: ${baseUrl}/docs and ${inbox}`,
  )
}

try {
  await fetch(`${baseUrl}/ready`)
} catch {
  console.error(`Nothing answers at ${baseUrl}. Start the product first, in another terminal: npm start`)
  process.exit(1)
}
await walk()
