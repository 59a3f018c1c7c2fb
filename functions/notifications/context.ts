import * as events from '../../events/notifications.ts'
import { context } from '../../shared/context.ts'
import * as contract from './contract.ts'
import { examples } from './examples.ts'
import { rule as onAccountChanged } from './on-account-changed.ts'
import { rule as onDeviceAppeared } from './on-device-appeared.ts'
import { rule as onLoginLocked } from './on-login-locked.ts'
import { rule as onMailChangeRequested } from './on-mail-change-requested.ts'
import { rule as onMailChangeUndone } from './on-mail-change-undone.ts'
import { rule as onMailChanged } from './on-mail-changed.ts'
import { rule as onMfaChanged } from './on-mfa-changed.ts'
import { rule as onNews } from './on-news.ts'
import { rule as onPasswordChanged } from './on-password-changed.ts'
import { rule as onPasswordReset } from './on-password-reset.ts'
import { rule as onRefreshTokenReused } from './on-refresh-token-reused.ts'
import { rule as onRegistrationBegun } from './on-registration-begun.ts'
import { rule as onUserArrived } from './on-user-arrived.ts'
import { rule as onUserChanged } from './on-user-changed.ts'
import { rule as onUserInvited } from './on-user-invited.ts'
import { rule as onUserLocked } from './on-user-locked.ts'
import { rule as tellAdministrators } from './tell-administrators.ts'
import { rule as tellDeciders } from './tell-deciders.ts'

export default context({
  ring: 'organization',
  contract,
  examples,
  events,
  reactions: [
    onAccountChanged,
    onDeviceAppeared,
    onLoginLocked,
    onMailChangeRequested,
    onMailChangeUndone,
    onMailChanged,
    tellAdministrators,
    tellDeciders,
    onMfaChanged,
    onNews,
    onPasswordChanged,
    onPasswordReset,
    onRefreshTokenReused,
    onRegistrationBegun,
    onUserArrived,
    onUserChanged,
    onUserInvited,
    onUserLocked,
  ],
  keeps: { INBOX: {}, PREFERENCES: {}, BUDGET: {} },
  ids: { ntf: 'a notification' },
})
