import type { BodyOf } from '../../shared/endpoint.ts'
import type { StoredCode } from '../../shared/identity/codes.ts'
import { newId } from '../../shared/ids.ts'
import { seal, unseal } from '../../shared/keyring.ts'
import type { Language } from '../../shared/language.ts'
import { mailHash } from '../../shared/tokens.ts'
import type { register } from './contract.ts'
import type { Wanted } from './founding.ts'

/** How long a registration waits for its proof. */
export const REGISTRATION_MS = 24 * 3_600_000

/**
 * `REGISTRATION#<reg>` / ITEM: an organization and its administrator that may come to be. Nothing of it attaches to the address: many may
 * wait for one, and the first whose code or link comes back takes it. It holds a code and a link once they are mailed.
 */
export interface Registration extends Partial<Pick<StoredCode, 'hash' | 'attempts' | 'tokenHash'>> {
  id: string
  /** Reserved: the ids are the same however often the proof is repeated. */
  organizationId: string
  userId: string
  wanted: Wanted
  email: string
  mailHash: string
  firstName: string
  lastName: string
  /** What the person reads, as far as it is known. */
  locale?: string | undefined
  sealedPassword: string
  createdAt: string
  expiresAt: string
}

/** `REGISTRATION_LINK#<hash>` / ITEM: the link in the mail of a registration; it counts while the registration names it. */
export interface RegistrationLink {
  kind: 'registration'
  registrationId: string
  expiresAt: string
}

/** A sealed password belongs to its registration, and opens in no other. */
const SEALED = 'registration'

export const endOf = (now: string) => new Date(Date.parse(now) + REGISTRATION_MS).toISOString()

export function beginRegistration(
  { organization, admin }: BodyOf<typeof register>,
  language: Language | undefined,
  now: string,
): Registration {
  const [id, organizationId, userId] = [newId('reg', Date.parse(now)), newId('org', Date.parse(now)), newId('usr', Date.parse(now))]
  const { password, locale = language, ...person } = admin
  return {
    id,
    organizationId,
    userId,
    wanted: organization,
    ...person,
    locale,
    mailHash: mailHash(admin.email),
    sealedPassword: seal(SEALED, id, password),
    createdAt: now,
    expiresAt: endOf(now),
  }
}

/** The password that whoever began the registration chose. */
export const passwordOf = ({ id, sealedPassword }: Pick<Registration, 'id' | 'sealedPassword'>) => unseal(SEALED, id, sealedPassword)
