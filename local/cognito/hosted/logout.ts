import { hostedClient } from './authorization-request.ts'
import { type Desk, VISITOR_COOKIE } from './desk.ts'
import { type Answer, cookie, redirect, type Visit } from './http.ts'
import { messagePage } from './login-pages.ts'

/** `/logout`: forgets the browser and goes where the application registered, to its sign-out address or to the form again. */
export function logout(desk: Desk, visit: Visit): Answer {
  const client = hostedClient(desk.world, visit.query.get('client_id') ?? '')?.client
  const signedOut = visit.query.get('logout_uri') ?? ''
  const signInAgain = visit.query.get('redirect_uri') ?? ''
  if (client?.logoutUrls.includes(signedOut)) return forget(desk, visit, signedOut)
  if (client?.callbackUrls.includes(signInAgain)) return forget(desk, visit, `/login?${visit.query}`)
  return messagePage(400, 'This sign-out link does not work', 'Its address to go to is not one that the application has registered.')
}

function forget(desk: Desk, visit: Visit, location: string): Answer {
  desk.visitors.take(visit.cookies[VISITOR_COOKIE] ?? '')
  return redirect(location, [cookie(VISITOR_COOKIE, '', 0)])
}
