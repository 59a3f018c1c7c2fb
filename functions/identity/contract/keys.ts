import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'

export const exchangeKey = endpoint({
  route: 'POST /api/v1/auth/token',
  summary: 'Exchanges an API key for an access token, good for an hour at most.',
  description: 'Keep the token as long as it is good, and come back then. What is removed, expired or replaced opens nothing.',
  public: 'The API key itself is the proof.',
  body: z.object({ apiKey: z.string().min(1).max(200) }),
  reply: z.object({
    accessToken: z.string(),
    /** In seconds. */
    expiresIn: z.number().int(),
    tokenType: z.literal('Bearer'),
  }),
  fails: ['INVALID_CREDENTIALS', 'ORGANIZATION_SUSPENDED', 'ORGANIZATION_CLOSED', 'UNAVAILABLE'],
  secret: true,
  keyring: true,
  reads: ['ORGANIZATION'],
  writes: ['API_KEY', 'SESSION'],
  lookups: ['SESSION'],
  lookupReads: ['KEY'],
  calls: [
    'cognito-idp:AdminInitiateAuth',
    'cognito-idp:AdminCreateUser',
    'cognito-idp:AdminSetUserPassword',
    'cognito-idp:AdminDeleteUser',
  ],
})
