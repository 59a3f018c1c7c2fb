import { randomBytes } from 'node:crypto'
import { AwsError } from '../../types.ts'
import { respond } from '../challenges.ts'
import { sameSecret } from '../keys.ts'
import { associateSoftwareToken, verifySoftwareToken } from '../operations/mfa.ts'
import { type Progress, signIn } from '../sign-in.ts'
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request.ts'
import { type Desk, sendBackWithCode, visitorOf, welcome } from './desk.ts'
import { page } from './html.ts'
import { type Answer, cookie, redirect, type Visit } from './http.ts'
import { type Form, formPage, messagePage } from './login-pages.ts'

const CSRF_COOKIE = 'XSRF-TOKEN'
const CSRF_SECONDS = 3600

/** `/oauth2/authorize`: whoever is signed in already goes straight back with a code, everybody else to the form. */
export function authorize(desk: Desk, visit: Visit): Answer {
  const read = readAuthorizationRequest(desk.world, visit.query)
  if ('complaint' in read) return messagePage(400, 'This sign-in link does not work', read.complaint)
  if ('sendBack' in read) return redirect(read.sendBack)
  const visitor = visit.query.get('prompt') === 'login' ? undefined : visitorOf(desk, visit, read.request.realm)
  return visitor ? sendBackWithCode(desk, read.request, visitor) : redirect(`/login?${read.request.query}`)
}

/** `/login`: shows the form, or takes it. */
export async function login(desk: Desk, visit: Visit): Promise<Answer> {
  const read = readAuthorizationRequest(desk.world, visit.query)
  if ('complaint' in read) return messagePage(400, 'This sign-in link does not work', read.complaint)
  if ('sendBack' in read) return redirect(read.sendBack)
  if (visit.method === 'GET') return show(visit, read.request, { step: 'password' })
  if (!isOwnForm(visit)) return show(visit, read.request, { step: 'password', problem: 'The form had expired. Please try again.' }, 403)
  return takeForm(desk, visit, read.request)
}

async function takeForm(desk: Desk, visit: Visit, request: AuthorizationRequest): Promise<Answer> {
  const username = visit.form.get('username') ?? ''
  try {
    const progress = await nextStep(desk, visit.form, request, username)
    if ('proven' in progress) return welcome(desk, request, progress.proven)
    return show(visit, request, await formOf(desk, progress, username))
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return show(visit, request, againOf(desk, visit.form, username, error), 400)
  }
}

async function nextStep({ world }: Desk, form: URLSearchParams, request: AuthorizationRequest, username: string): Promise<Progress> {
  const { realm, client } = request
  const step = form.get('step')
  const session = form.get('session') ?? ''
  const answer = (name: string, responses: Record<string, string>, from = session) =>
    respond(world, { realm, client, name, session: from, responses: { USERNAME: username, ...responses } })
  if (step === 'SOFTWARE_TOKEN_MFA') return answer(step, { SOFTWARE_TOKEN_MFA_CODE: form.get('code') ?? '' })
  if (step === 'NEW_PASSWORD_REQUIRED') return answer(step, { NEW_PASSWORD: form.get('password') ?? '' })
  if (step === 'MFA_SETUP') {
    const verified = await verifySoftwareToken(world, { Session: session, UserCode: form.get('code') ?? '' })
    return answer(step, {}, verified.Session)
  }
  return signIn(world, { realm, client, username, password: form.get('password') ?? '', source: 'TokenGeneration_HostedAuth' })
}

/** The form for the challenge that comes next. */
async function formOf({ world }: Desk, progress: Exclude<Progress, { proven: unknown }>, username: string): Promise<Form> {
  if (progress.challenge !== 'MFA_SETUP') return { step: progress.challenge, session: progress.session, username }
  const { SecretCode: secret, Session: session = '' } = await associateSoftwareToken(world, { Session: progress.session })
  return { step: 'MFA_SETUP', session, secret, username }
}

/** After a refusal: the same step while its session is good, else the beginning. */
function againOf({ world }: Desk, form: URLSearchParams, username: string, error: AwsError): Form {
  const session = form.get('session') ?? ''
  const challenge = world.challenges.look(session)
  if (challenge === undefined) return { step: 'password', username, problem: error.message }
  const secret = challenge.realm.users.find(challenge.username)?.pendingTotp
  return { step: challenge.name, session, username, problem: error.message, ...(secret ? { secret } : {}) }
}

function show(visit: Visit, request: AuthorizationRequest, form: Form, status = 200): Answer {
  const known = visit.cookies[CSRF_COOKIE]
  const token = known && /^[\w-]{43}$/.test(known) ? known : randomBytes(32).toString('base64url')
  const { title, content } = formPage(form, `/login?${request.query}`, token)
  return page(status, title, content, { formTarget: originOf(request.redirectUri), cookies: [cookie(CSRF_COOKIE, token, CSRF_SECONDS)] })
}

/** The form was shown by this page to this browser: its token is the cookie's, and no other site sent it. */
function isOwnForm(visit: Visit): boolean {
  const cookieToken = visit.cookies[CSRF_COOKIE]
  const formToken = visit.form.get('_csrf')
  if (!cookieToken || !formToken || !sameSecret(cookieToken, formToken)) return false
  return visit.headers.origin === undefined || visit.headers.origin === `http://${visit.headers.host}`
}

/** The page's policy must allow the redirect that follows the form; an app's own scheme has no origin. */
function originOf(address: string): string {
  const { origin, protocol } = new URL(address)
  return origin === 'null' ? protocol : origin
}
