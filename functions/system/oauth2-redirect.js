// Runs in the window that the hosted login returns to: hands the code to the reference page that opened it, and closes.
const say = (text) => {
  document.getElementById('outcome').textContent = text
}

const answer = new URLSearchParams(window.location.search)
const waiting = window.opener?.swaggerUIRedirectOauth2
// The code is used once; it should not stay in the address.
window.history.replaceState(null, '', window.location.pathname)

function handOver() {
  const { auth, state, redirectUrl, callback, errCb } = waiting
  const refuse = (message) => {
    errCb({ authId: auth.name, source: 'auth', level: 'error', message })
    say(message)
  }
  // Another page may have begun this sign-in: its code could sign you in as somebody else (RFC 6749, 10.12).
  if (!state || answer.get('state') !== state) return refuse('This sign-in was not begun by the reference page, so it was dropped.')
  const code = answer.get('code')
  if (!code) return refuse(answer.get('error_description') ?? answer.get('error') ?? 'The sign-in was not finished.')
  delete waiting.state
  auth.code = code
  callback({ auth, redirectUrl })
  window.close()
}

if (waiting) handOver()
else say('Nothing waits for this sign-in: open the reference and sign in from there.')
