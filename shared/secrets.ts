import { seal, unseal } from './keyring.ts'

/** Whose a secret is: a tenant's, for one purpose (`webhooks/signing`), of one owner (the webhook's id). */
export interface SecretPlace {
  organizationId: string
  purpose: string
  ownerId: string
}

/** A JSON list, so that no two places read the same, whatever characters they hold. */
const aboutOf = ({ organizationId, ownerId }: SecretPlace) => JSON.stringify([organizationId, ownerId])
const purposeOf = ({ purpose }: SecretPlace) => `secret/${purpose}`

/** Seals a tenant's secret (AES-256-GCM under the keyring): it opens at the same place alone. The function says `keyring: true`. */
export const sealSecret = (place: SecretPlace, text: string): string => seal(purposeOf(place), aboutOf(place), text)

/** Throws for whatever was sealed at another place, or changed since. */
export const openSecret = (place: SecretPlace, sealed: string): string => unseal(purposeOf(place), aboutOf(place), sealed)
