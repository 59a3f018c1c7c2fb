import { deviceAppeared } from '../../events/identity.ts'
import { react, reaction } from '../../shared/react.ts'
import { wants } from './preference-store.ts'
import { deviceMail } from './security-mails.ts'
import { MAIL_NEEDS, sendOnce } from './send-once.ts'

export const rule = reaction('notifications/on-device-appeared', {
  on: [deviceAppeared],
  summary: 'Mails a notice of a sign-in from a device not seen before, unless the person refuses it.',
  ...MAIL_NEEDS,
  reads: [...MAIL_NEEDS.reads, 'PREFERENCES'],
})

export const handler = react(rule, (call) => {
  const { userId, device } = deviceAppeared.data.parse(call.event.data)
  const { timestamp: at, metadata } = call.event
  return sendOnce(call, userId, async ({ to }) => {
    if (!(await wants(call.tenant, userId, call.event.type, 'email'))) return undefined
    const mail = deviceMail({ ...to, at, device, ipAddress: metadata.ipAddress })
    return { template: 'new_device', mail }
  })
})
