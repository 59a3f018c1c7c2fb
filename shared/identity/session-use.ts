import type { OrganizationGate } from '../serve/gates.ts'
import { sessionKey } from '../store/keys.ts'
import type { Table } from '../store/table.ts'
import { describeError, logger } from '../telemetry.ts'
import { isUseDue, type Session } from './session.ts'

/**
 * Notes that a session is in use, where the organization ends idle ones: beside the request, at most once a minute. The mark stands
 * outside the session's versions, and the role that writes it may write nothing else there.
 */
export async function noteUse(table: Table, session: Session, { settings }: OrganizationGate, now: string): Promise<void> {
  if (!isUseDue(session, settings.sessionPolicy ?? {}, now)) return
  const update = {
    UpdateExpression: 'SET seenAt = :now',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':now': now },
  }
  await table.update({ Key: sessionKey(session.personId, session.id), ...update }).catch((error: unknown) => {
    // The request itself stands; the next one notes it.
    logger.warn('The use of a session was not noted', { error: describeError(error) })
  })
}
