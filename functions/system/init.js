// Runs in the browser, on the reference page. `window.tessera` comes from config.js.
const { loginUrl, clientId, scopes } = window.tessera
const HOSTED = 'hostedLogin'

/** Signing out here ends the session and what the hosted login remembers of this browser. */
async function endSession(token) {
  await fetch('/api/v1/auth/logout', { method: 'POST', headers: { authorization: `Bearer ${token}` } }).catch(() => undefined)
  const after = new URLSearchParams({ client_id: clientId, logout_uri: `${window.location.origin}/docs` })
  window.location.assign(`${loginUrl}/logout?${after}`)
}

const signOutEverywhere = () => ({
  statePlugins: {
    auth: {
      wrapActions: {
        logout: (forget, system) => (names) => {
          const token = names.includes(HOSTED) ? system.authSelectors.authorized().getIn([HOSTED, 'token', 'access_token']) : undefined
          const forgotten = forget(names)
          if (token) endSession(token)
          return forgotten
        },
      },
    },
  },
})

/** Cognito's token endpoint lets no request of another origin through that carries a header it does not know. */
function plainly(request) {
  if (request.url.startsWith(loginUrl)) delete request.headers['X-Requested-With']
  return request
}

window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  oauth2RedirectUrl: `${window.location.origin}/docs/oauth2-redirect.html`,
  requestInterceptor: plainly,
  plugins: [signOutEverywhere],
})
window.ui.initOAuth({ clientId, scopes, usePkceWithAuthorizationCodeGrant: true })
