import { rule as reconcile } from '../events/reconcile.ts'
import { rule as relay } from '../events/relay.ts'
import type { Reaction } from '../shared/react.ts'
import type { Task } from '../shared/task.ts'
import { rule as auditOnAnyEvent } from './audit/on-any-event.ts'
import { rule as finishUndo } from './identity/finish-undo.ts'
import { rule as onAccountRecovered } from './identity/on-account-recovered.ts'
import { rule as onCredentialsChanged } from './identity/on-credentials-changed.ts'
import { rule as onCredentialsRaised } from './identity/on-credentials-raised.ts'
import { rule as onHostedSignIn } from './identity/on-hosted-sign-in.ts'
import { rule as showMail } from './identity/on-mail-changed.ts'
import { rule as onMemberGone } from './identity/on-member-gone.ts'
import { rule as onMembershipChanged } from './identity/on-membership-changed.ts'
import { rule as onMfaReset } from './identity/on-mfa-reset.ts'
import { rule as onOrganizationChanged } from './identity/on-organization-changed.ts'
import { rule as onSecondFactorChanged } from './identity/on-second-factor-changed.ts'
import { rule as preAuthentication } from './identity/pre-authentication.ts'
import { rule as preTokenGeneration } from './identity/pre-token-generation.ts'
import { rule as setMailAlias } from './identity/set-mail-alias.ts'
import { rule as onAccountChanged } from './notifications/on-account-changed.ts'
import { rule as onDeviceAppeared } from './notifications/on-device-appeared.ts'
import { rule as onLoginLocked } from './notifications/on-login-locked.ts'
import { rule as onMailChangeRequested } from './notifications/on-mail-change-requested.ts'
import { rule as onMailChangeUndone } from './notifications/on-mail-change-undone.ts'
import { rule as onMailChanged } from './notifications/on-mail-changed.ts'
import { rule as onMfaChanged } from './notifications/on-mfa-changed.ts'
import { rule as onNews } from './notifications/on-news.ts'
import { rule as onPasswordChanged } from './notifications/on-password-changed.ts'
import { rule as onPasswordReset } from './notifications/on-password-reset.ts'
import { rule as onRefreshTokenReused } from './notifications/on-refresh-token-reused.ts'
import { rule as onRegistrationBegun } from './notifications/on-registration-begun.ts'
import { rule as onUserArrived } from './notifications/on-user-arrived.ts'
import { rule as tellOfChanges } from './notifications/on-user-changed.ts'
import { rule as onUserInvited } from './notifications/on-user-invited.ts'
import { rule as onUserLocked } from './notifications/on-user-locked.ts'
import { rule as tellAdministrators } from './notifications/tell-administrators.ts'
import { rule as closeDue } from './organizations/close-due.ts'
import { rule as onCustomerChanged } from './organizations/on-customer-changed.ts'
import { rule as onOrganizationEnded } from './users/on-organization-ended.ts'
import { rule as onUserChanged } from './users/on-user-changed.ts'

/** A reaction or a task with its place in the tree. */
export interface Placed<T> {
  /** `audit-on-any-event`: the function's and the queue's name. */
  name: string
  /** `functions/audit/on-any-event.ts` */
  file: string
  rule: T
}

const place = <T>(file: string, rule: T): Placed<T> => ({
  name: file
    .replace(/^(functions|events)\//, '')
    .replace(/\.ts$/, '')
    .replaceAll('/', '-'),
  file,
  rule,
})

/** What answers to events: each line becomes a rule, a queue with its dead-letter queue, and a function. */
export const reactions: Placed<Reaction>[] = [
  place('functions/identity/on-credentials-raised.ts', onCredentialsRaised),
  place('functions/identity/on-hosted-sign-in.ts', onHostedSignIn),
  place('functions/identity/finish-undo.ts', finishUndo),
  place('functions/identity/on-account-recovered.ts', onAccountRecovered),
  place('functions/identity/on-credentials-changed.ts', onCredentialsChanged),
  place('functions/identity/on-mail-changed.ts', showMail),
  place('functions/identity/on-member-gone.ts', onMemberGone),
  place('functions/identity/on-membership-changed.ts', onMembershipChanged),
  place('functions/identity/on-organization-changed.ts', onOrganizationChanged),
  place('functions/identity/on-mfa-reset.ts', onMfaReset),
  place('functions/identity/on-second-factor-changed.ts', onSecondFactorChanged),
  place('functions/identity/set-mail-alias.ts', setMailAlias),
  place('functions/organizations/on-customer-changed.ts', onCustomerChanged),
  place('functions/users/on-organization-ended.ts', onOrganizationEnded),
  place('functions/users/on-user-changed.ts', onUserChanged),
  place('functions/audit/on-any-event.ts', auditOnAnyEvent),
  place('functions/notifications/on-account-changed.ts', onAccountChanged),
  place('functions/notifications/on-device-appeared.ts', onDeviceAppeared),
  place('functions/notifications/on-login-locked.ts', onLoginLocked),
  place('functions/notifications/on-mail-change-requested.ts', onMailChangeRequested),
  place('functions/notifications/on-mail-change-undone.ts', onMailChangeUndone),
  place('functions/notifications/on-mail-changed.ts', onMailChanged),
  place('functions/notifications/tell-administrators.ts', tellAdministrators),
  place('functions/notifications/on-mfa-changed.ts', onMfaChanged),
  place('functions/notifications/on-news.ts', onNews),
  place('functions/notifications/on-password-changed.ts', onPasswordChanged),
  place('functions/notifications/on-password-reset.ts', onPasswordReset),
  place('functions/notifications/on-refresh-token-reused.ts', onRefreshTokenReused),
  place('functions/notifications/on-registration-begun.ts', onRegistrationBegun),
  place('functions/notifications/on-user-arrived.ts', onUserArrived),
  place('functions/notifications/on-user-changed.ts', tellOfChanges),
  place('functions/notifications/on-user-invited.ts', onUserInvited),
  place('functions/notifications/on-user-locked.ts', onUserLocked),
]

/** What the stream, a schedule, Cognito or an operator starts. */
export const tasks: Placed<Task>[] = [
  place('functions/identity/pre-authentication.ts', preAuthentication),
  place('functions/identity/pre-token-generation.ts', preTokenGeneration),
  place('functions/organizations/close-due.ts', closeDue),
  place('events/relay.ts', relay),
  place('events/reconcile.ts', reconcile),
]

export { place }
