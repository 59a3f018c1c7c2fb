import { backupCodesReplaced, mfaDisabled, mfaEnabled, mfaRecovered } from '../../events/identity.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { react, reaction } from '../../shared/react.ts'
import { type FactorNews, factorMail } from './security-mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-mfa-changed', {
  on: [mfaEnabled, mfaDisabled, mfaRecovered, backupCodesReplaced],
  summary: 'Mails a notice that the second factor was set up, removed or passed by, or that backup codes were made anew.',
  ...MAIL_NEEDS,
})

function newsOf(event: DomainEvent): FactorNews {
  if (event.type === mfaEnabled.name) return 'enabled'
  if (event.type === backupCodesReplaced.name) return 'new_codes'
  return event.type === mfaRecovered.name ? mfaRecovered.data.parse(event.data).how : mfaDisabled.data.parse(event.data).how
}

export const handler = react(rule, (call) =>
  sendOnce(call, String(call.event.data.userId), ({ to }) => ({
    template: 'second_factor',
    mail: factorMail({ ...to, at: call.event.timestamp, news: newsOf(call.event) }),
  })),
)
