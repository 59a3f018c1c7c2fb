import * as events from '../../events/identity.ts'
import { context } from '../../shared/context.ts'
import { sessions } from '../../shared/identity/session-store.ts'
import * as contract from './contract.ts'
import { examples } from './examples.ts'
import { rule as finishUndo } from './finish-undo.ts'
import { rule as onAccountRecovered } from './on-account-recovered.ts'
import { rule as onCredentialsChanged } from './on-credentials-changed.ts'
import { rule as onCredentialsRaised } from './on-credentials-raised.ts'
import { rule as onHostedSignIn } from './on-hosted-sign-in.ts'
import { rule as onKeyDeleted } from './on-key-deleted.ts'
import { rule as onMailChanged } from './on-mail-changed.ts'
import { rule as onMemberGone } from './on-member-gone.ts'
import { rule as onMembershipChanged } from './on-membership-changed.ts'
import { rule as onMfaReset } from './on-mfa-reset.ts'
import { rule as onOrganizationChanged } from './on-organization-changed.ts'
import { rule as onSecondFactorChanged } from './on-second-factor-changed.ts'
import { rule as preAuthentication } from './pre-authentication.ts'
import { rule as preTokenGeneration } from './pre-token-generation.ts'
import * as problems from './problems.ts'
import { rule as setMailAlias } from './set-mail-alias.ts'

export default context({
  ring: 'identity',
  contract,
  examples,
  events,
  problems,
  reactions: [
    onCredentialsRaised,
    onHostedSignIn,
    finishUndo,
    onAccountRecovered,
    onCredentialsChanged,
    onKeyDeleted,
    onMailChanged,
    onMemberGone,
    onMembershipChanged,
    onOrganizationChanged,
    onMfaReset,
    onSecondFactorChanged,
    setMailAlias,
  ],
  tasks: [preAuthentication, preTokenGeneration],
  entities: [sessions],
  ids: { reg: 'a registration', rec: 'a waiting recovery of a second factor', inv: 'an invitation' },
})
