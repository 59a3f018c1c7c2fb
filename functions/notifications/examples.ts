import { examplesOf } from '../../shared/examples.ts'
import * as contract from './contract.ts'

export const examples = examplesOf(contract, {
  // Whoever invites is told when somebody comes.
  resources: { ntf: { listedBy: 'listNotifications' } },
  requests: { replaceNotificationPreferences: { body: { 'user.joined': { inApp: true, email: true } } } },
})
