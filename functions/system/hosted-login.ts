/** What stands in `openapi.json` for the hosted login's address, which every deployment has its own of. */
export const LOGIN_EXAMPLE = 'https://login.example.com'

/** What a token of the hosted login may be asked for. */
export const LOGIN_SCOPES = {
  openid: 'Who you are',
  email: 'Your mail address',
} as const
