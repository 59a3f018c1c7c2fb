import type { Login } from '../../shared/identity/person.ts'
import type { Challenge } from '../../shared/identity-provider.ts'
import { stepKey } from '../../shared/store/keys.ts'
import type { Table } from '../../shared/store/table.ts'
import { isRefused } from '../../shared/store/table-call.ts'
import { hashOf } from '../../shared/tokens.ts'

export type StepName = 'SOFTWARE_TOKEN_MFA' | 'NEW_PASSWORD_REQUIRED'

/** `LOGIN#<mail hash>` / STEP#<hash of Cognito's session>: a sign-in that waits for its next step, bound to address and person. */
export interface WaitingStep {
  personId: string
  step: StepName
  /** The credentials that the step before proved: with others, this sign-in is over. */
  epoch: number
  /** The organization wished for when the sign-in began. */
  organizationId?: string
  attempts: number
  expiresAt: string
}

export const STEP_ENDED = 'This sign-in has expired or was finished already. Begin again with your password.'

/** Cognito's sessions live three minutes; the record decides nothing after that. */
const LIFETIME_MS = 5 * 60_000
const MOST_TRIES = 5

export const isStep = (challenge: string): challenge is StepName =>
  challenge === 'SOFTWARE_TOKEN_MFA' || challenge === 'NEW_PASSWORD_REQUIRED'

interface Waiting {
  mailHash: string
  personId: string
  epoch: number
  challenge: Challenge & { challenge: StepName }
  organizationId: string | undefined
  now: string
}

/** Notes that a sign-in waits for a step. */
export async function keepStep(table: Table, { mailHash, personId, epoch, challenge, organizationId, now }: Waiting): Promise<void> {
  const { pk, sk } = stepKey(mailHash, hashOf(challenge.session))
  const until = Date.parse(now) + LIFETIME_MS
  const set = {
    personId,
    epoch,
    step: challenge.challenge,
    attempts: 0,
    expiresAt: new Date(until).toISOString(),
    ttl: Math.ceil(until / 1000),
    ...(organizationId ? { organizationId } : {}),
  }
  const fields = Object.entries(set)
  await table.update({
    Key: { pk, sk },
    UpdateExpression: `SET ${fields.map((_, n) => `#f${n} = :f${n}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(fields.map(([name], n) => [`#f${n}`, name])),
    ExpressionAttributeValues: Object.fromEntries(fields.map(([, value], n) => [`:f${n}`, value])),
  })
}

/** Does the step go on for whoever has the address now, with the credentials that they had when it began? */
export const isStillOf = (waiting: WaitingStep | undefined, holder: Login | undefined): waiting is WaitingStep =>
  waiting !== undefined && waiting.personId === holder?.personId && waiting.epoch === holder.epoch

/** Takes one try at a step, counted before it is judged, so that no number of tries at once gets further than five. */
export async function tryStep(table: Table, mailHash: string, session: string, step: StepName, now: string) {
  const { pk, sk } = stepKey(mailHash, hashOf(session))
  const item = await table
    .update({
      Key: { pk, sk },
      UpdateExpression: 'ADD attempts :one',
      ConditionExpression: 'expiresAt > :now AND attempts < :most AND #step = :step',
      ExpressionAttributeNames: { '#step': 'step' },
      ExpressionAttributeValues: { ':one': 1, ':now': now, ':most': MOST_TRIES, ':step': step },
      ReturnValues: 'ALL_NEW',
    })
    .catch((error: Error) => {
      if (!isRefused(error)) throw error
    })
  return item as WaitingStep | undefined
}
