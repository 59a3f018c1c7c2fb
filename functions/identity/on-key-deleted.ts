import { apiKeyDeleted } from '../../events/keys.ts'
import { deleteIdentity } from '../../shared/identity-provider.ts'
import { react, reaction } from '../../shared/react.ts'

export const rule = reaction('identity/on-key-deleted', {
  on: [apiKeyDeleted],
  summary: 'Lets Cognito forget an API key that was removed, which opens nothing any more.',
  calls: ['cognito-idp:AdminDeleteUser'],
})

export const handler = react(rule, ({ event, meter }) => deleteIdentity(meter, event.aggregateId))
