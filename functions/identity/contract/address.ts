import * as z from 'zod'
import { endpoint } from '../../../shared/endpoint.ts'
import { Email } from '../../../shared/schema.ts'
import { LinkToken } from './fields.ts'

export const changeEmail = endpoint({
  route: 'POST /api/v1/auth/email/change',
  summary: 'Asks for another mail address: a code goes there, and a notice to the present one.',
  description:
    'Enter the code with `POST /auth/verify-email { email, code }`, signed in. The answer is the same whether or not the address is somebody else’s. At most one a minute is sent.',
  self: true,
  fresh: true,
  body: z.object({ email: Email }),
  status: 202,
  reply: z.object({ email: z.string() }),
  writes: ['SIGNALS'],
  lookupReads: ['PERSON'],
})

export const undoEmailChange = endpoint({
  route: 'POST /api/v1/auth/email/undo',
  summary: 'Undoes a change of mail address with the link that was mailed to the old one, within 72 hours.',
  description:
    'All sessions end, the password is void and the second factor is off: set a new password with `POST /auth/password/forgot`. Each organization stays closed (`REAPPROVAL_REQUIRED`) until an administrator there approves the person again; where they are its only administrator, they go on.',
  public: 'The link itself is the proof.',
  body: z.object({ token: LinkToken }),
  status: 204,
  fails: ['LINK_EXPIRED'],
  keyring: true,
  reads: ['USER'],
  writes: ['SESSION', 'SIGNALS'],
  lookups: ['LOGIN', 'PERSON', 'UNDO_LINK', 'CODE', 'FACTOR', 'RECOVERY', 'SESSION_STATE', 'ATTEMPTS'],
  lookupReads: ['MEMBERSHIP'],
  calls: ['cognito-idp:AdminSetUserPassword', 'cognito-idp:AdminSetUserMFAPreference', 'cognito-idp:AdminUserGlobalSignOut'],
})
