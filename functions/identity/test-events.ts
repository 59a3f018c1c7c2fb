import type { DomainEvent, EventType } from '../../shared/event.ts'
import { sentBy } from '../../test/workbench/letters.ts'
import type { Bench } from '../../test/workbench.ts'
import { signalsOf } from './test-people.ts'

/** For tests: what happened, handed to what answers to it; and the mails that were sent. */

export async function lastSignal(organizationId: string, type: EventType): Promise<DomainEvent> {
  const event = (await signalsOf(organizationId)).filter((each) => each.type === type.name).at(-1)
  if (!event) throw new Error(`${organizationId} has no ${type.name}.`)
  return event
}

const mailTo = (bench: Bench, to: string) => sentBy(bench).findLast((mail) => mail.to === to)?.text ?? ''
export const codeTo = (bench: Bench, to: string) => /^ {4}(\d{6})$/m.exec(mailTo(bench, to))?.[1] ?? ''
export const tokenTo = (bench: Bench, to: string) => /[?&]token=([\w-]+)/.exec(mailTo(bench, to))?.[1] ?? ''
