import { mfaDisabled, mfaEnabled, mfaRecovered } from '../../events/identity.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { react, reaction } from '../../shared/react.ts'
import { type FactorNews, factorMail } from './security-mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction({
  on: [mfaEnabled, mfaDisabled, mfaRecovered],
  summary: 'Mails a notice that the second factor was set up, removed, or passed by with a backup code.',
  ...MAIL_NEEDS,
})

function newsOf(event: DomainEvent): FactorNews {
  if (event.type === mfaEnabled.name) return 'enabled'
  return event.type === mfaRecovered.name ? 'recovered' : mfaDisabled.data.parse(event.data).how
}

export const handler = react('notifications-on-mfa-changed', rule, (call) =>
  sendOnce(call, String(call.event.data.userId), ({ user, organization }) => ({
    template: 'second_factor',
    mail: factorMail({ organization, firstName: user.firstName, at: call.event.timestamp, news: newsOf(call.event) }),
  })),
)
