import { beforeAll, expect, test } from '@jest/globals'
import { mailChanged } from '../../events/identity.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { newId } from '../../shared/ids.ts'
import { budgetKey, mailsKey } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { tableFor } from '../../shared/store/table.ts'
import { put } from '../../shared/store/writes.ts'
import { mailHash } from '../../shared/tokens.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { reserveMail } from './mail-budget.ts'
import { handler as onMailChanged } from './on-mail-changed.ts'

const bench = workbench()
let ada: Person
beforeAll(async () => {
  ada = await bench.founder()
})

const now = new Date().toISOString()
const today = now.slice(0, 10)

/** One mail out of an organization on trial. */
const reserve = (to: string, template: string, organizationId = ada.organizationId) =>
  reserveMail(
    { tenant: bench.tenant(organizationId), lookups: tableFor(undefined, meter()), meter: meter(), now },
    { to, template, isTrial: true },
  )

async function reserved(count: number, template: string, to: (n: number) => string): Promise<(string | undefined)[]> {
  const refusals = []
  for (let n = 0; n < count; n++) refusals.push(await reserve(to(n), template, newId('org')))
  return refusals
}

test('tags make no further recipients of one mailbox, and other mailboxes are others', async () => {
  const tagged = await reserved(13, 'registration', (n) => (n % 2 ? `Tagged+${n}@Example.com` : `tagged+${n}+x@example.com`))
  expect(tagged.filter((refusal) => refusal === undefined)).toHaveLength(10)
  expect(await reserve('tagged@example.com', 'registration')).toBe('recipient')
  expect(await reserve('tagged@example.org', 'registration')).toBeUndefined()
  expect(await reserved(3, 'registration', (n) => `+${n}@example.net`)).toEqual([undefined, undefined, undefined])
})

/** As many as a day takes of each kind out of the organization have gone out. */
const useUp = (...templates: string[]) =>
  bench
    .tenant(ada.organizationId)
    .commit(templates.map((template) => put(budgetKey(ada.organizationId, `mail#${template}#${today}`), { used: 1_000 })))

test.each([
  ...['mail_changed', 'mail_change_notice', 'mail_undone', 'second_factor', 'password_changed', 'session_ended'],
  ...['recovery_requested', 'recovery_to_judge', 'reapproval_required'],
])('no member can use up the notice %s for the others', async (template) => {
  await useUp(template)
  expect(await reserve(`${template}@example.com`, template)).toBeUndefined()
})

test.each([
  'account_locked',
  'address_taken',
  'invitation',
])('%s, which can be sent to strangers, keeps the bound of its organization', async (template) => {
  await useUp(template)
  expect(await reserve(`${template}@example.com`, template)).toBe('organization')
})

test('a change of address brings the link that undoes it, whatever was mailed before on the day', async () => {
  const oldEmail = 'victim@example.com'
  await useUp('mail_changed')
  await bench.tenant(ada.organizationId).commit(put(mailsKey(mailHash(oldEmail), `mail_changed#${today}`), { used: 20 }))
  const event: DomainEvent = {
    id: newId('evt'),
    type: mailChanged.name,
    version: 0,
    schemaVersion: 1,
    aggregateType: 'user',
    aggregateId: ada.userId,
    organizationId: ada.organizationId,
    timestamp: now,
    data: { userId: ada.userId, email: ada.email, oldEmail },
    changes: {},
    metadata: { actorId: ada.userId, actorKind: 'member', correlationId: 'c', requestId: 'r', source: 's' },
  }
  expect(await bench.react(onMailChanged, event)).toEqual([])
  const mails = bench.mails.map(({ body }) => body.toString()).filter((mail) => mail.includes(oldEmail))
  expect(mails).toHaveLength(1)
  expect(mails[0]).toMatch(/undo-email-change\?token=[\w-]{43}/)
})
