import { codeFor, mintLink, stillThis } from '../../shared/identity/codes.ts'
import { linkKey, registrationKey } from '../../shared/store/keys.ts'
import type { Table } from '../../shared/store/table.ts'
import { patch, putNew, remove, strip, type Write } from '../../shared/store/writes.ts'
import { hashOf, newCode } from '../../shared/tokens.ts'
import type { Registration, RegistrationLink } from './registration.ts'

export const putRegistration = (registration: Registration): Write =>
  putNew(registrationKey(registration.id), { ...registration }, 'CONFLICT', registration.expiresAt)

/** One that waits still; nothing once it is proven or its time is over. */
export async function findRegistration(table: Pick<Table, 'read'>, id: string, now: string): Promise<Registration | undefined> {
  const [item] = await table.read([registrationKey(id)])
  const registration = item && strip<Registration>(item)
  return registration && registration.expiresAt > now ? registration : undefined
}

/** The one that a mailed link leads to, while no later mail has ended it. */
export async function findByLink(table: Pick<Table, 'read'>, token: string, now: string): Promise<Registration | undefined> {
  const tokenHash = hashOf(token)
  const [item] = await table.read([linkKey('registration', tokenHash)])
  const link = item as RegistrationLink | undefined
  if (link?.kind !== 'registration') return undefined
  const registration = await findRegistration(table, link.registrationId, now)
  return registration?.tokenHash === tokenHash ? registration : undefined
}

export interface MailedProof {
  code: string
  token: string
  writes: Write[]
}

/** Another code and link for a registration, good until it ends; they replace the ones before. `CONFLICT` when it has been proven meanwhile. */
export function mintProof({ id, expiresAt }: Registration): MailedProof {
  const [code, link] = [newCode(), mintLink({ kind: 'registration', registrationId: id, expiresAt } satisfies RegistrationLink)]
  return { code, token: link.token, writes: [patch(registrationKey(id), { ...codeFor(code, id), tokenHash: link.tokenHash }), link.write] }
}

/** Uses a registration up by its code, which must still be the one that was entered. */
export const useCode = ({ id, hash = '', tokenHash }: Registration): Write[] => [
  remove(registrationKey(id), stillThis({ hash }), 'INVALID_CODE'),
  ...(tokenHash ? [remove(linkKey('registration', tokenHash))] : []),
]

/** The same by its link. */
export const useLink = ({ id, tokenHash = '' }: Registration): Write[] => [
  remove(registrationKey(id), { expression: 'tokenHash = :token', values: { ':token': tokenHash } }, 'LINK_EXPIRED'),
  remove(linkKey('registration', tokenHash)),
]

/** Ends a registration that can lead nowhere any more. */
export const dropRegistration = ({ id, tokenHash }: Registration): Write[] => [
  remove(registrationKey(id)),
  ...(tokenHash ? [remove(linkKey('registration', tokenHash))] : []),
]
