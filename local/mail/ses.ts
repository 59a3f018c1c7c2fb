import { randomUUID } from 'node:crypto'
import { AwsError, type AwsRequest, type AwsService, type Clock, type Deployment, type IamRequest, type Log } from '../types.ts'
import { bareAddress, identityFor, normalIdentity } from './addresses.ts'
import type { Mail, Mailbox } from './mailbox.ts'
import { composed, recipientsOf, type SendEmailInput, senderOf } from './send-email.ts'

/** SES's `SendEmail` (API v2): what it accepts goes to the mailbox. */
export function createSes(options: { deployment: Deployment; mailbox: Mailbox; log: Log; now: Clock }): AwsService {
  const { deployment, mailbox, log, now } = options
  const verified = deployment.ofType('AWS::SES::EmailIdentity').map(({ properties }) => normalIdentity(String(properties.EmailIdentity)))
  return {
    name: 'ses',
    needs: (request) => permissions(request, deployment, verified),
    async handle({ operation, input }) {
      if (operation !== 'SendEmail') throw new AwsError('NotFoundException', `The local stack does not answer ses:${operation}.`, 404)
      const sender = bareAddress(senderOf(input))
      if (!identityFor(sender, verified)) throw notVerified(sender, deployment.region)
      const mail: Mail = { id: randomUUID(), ...composed(input), date: new Date(now()).toISOString() }
      mailbox.add(mail)
      log('mail', `${mail.to}: ${mail.subject}`)
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ MessageId: mail.id }) }
    },
  }
}

function notVerified(sender: string, region: string): AwsError {
  const message = `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${sender}`
  return new AwsError('MessageRejected', message)
}

function permissions({ operation, input }: AwsRequest, { region, account }: Deployment, verified: string[]): IamRequest[] {
  const { ConfigurationSetName } = input as SendEmailInput
  const arn = (kind: string, name: string) => `arn:aws:ses:${region}:${account}:${kind}/${name}`
  const sender = bareAddress(senderOf(input))
  const displayName = /^\s*"?([^"<]*?)"?\s*</.exec(senderOf(input))?.[1]
  const context = {
    'ses:FromAddress': [sender],
    'ses:Recipients': recipientsOf(input).map(bareAddress),
    ...(displayName ? { 'ses:FromDisplayName': [displayName] } : {}),
  }
  const on = (resource: string): IamRequest => ({ action: `ses:${operation}`, resource, context })
  const identity = on(arn('identity', identityFor(sender, verified) ?? sender))
  return ConfigurationSetName === undefined ? [identity] : [identity, on(arn('configuration-set', ConfigurationSetName))]
}
