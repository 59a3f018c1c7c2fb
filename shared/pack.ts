import { deflateRawSync, inflateRawSync } from 'node:zlib'

/**
 * What packed values often hold, the most frequent last: both sides start from it (RFC 1951, preset dictionary), so that an
 * ordinary event stays within one capacity unit. Stored items depend on every character: never change it, add another format.
 */
const WORDS = [
  '"preferences":{"new":{}},"metadata":{"new":{}},"mfaEnabled":{"new":false},"loginCount":{"new":0},"kind":{"new":"member"},',
  '"invitedAt":{"new":"","permission":"resource":"success":true,"errorMessage":null,"resourceName":"lockReason":{"old":"department":{"phone":{',
  '"version":1,"updatedAt":"createdAt":"lastLoginIp":"lastLoginAt":{"old":"2026-0","loginMethod":"password","reason":"',
  '"createdBy":{"new":"usr_"},"emailVerified":{"old":false,"new":true},"homeOrganizationId":{"new":"org_"},"status":{"old":"active","new":"invited"},',
  '"assignments":{"new":[{"id":"asg_","roleId":"rol_admin","roleId":"rol_basic_user","scope":{"type":"organization"},"grantedBy":"usr_","createdAt":"',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) (X11; Linux x86_64) (Macintosh; Intel Mac OS X 10_15_7) (Windows NT 10.0; Win64; x64; rv:140.0) ',
  'Gecko/20100101 Firefox/140.0 AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  '"details":{},"changes":{},"actorKind":"member","actorName":"',
  '{"data":{"userId":"usr_","email":"","firstName":"","lastName":"","organizationId":"org_","how":"registered"},"how":"invited"},',
  '"changes":{"id":{"new":"usr_"},"organizationId":{"new":"org_"},"email":{"new":"@example.com"},"firstName":{"new":"lastName":{"new":"',
  '"metadata":{"actorId":"usr_","actorKind":"member","actorName":"","sessionId":"","correlationId":"","requestId":"","ipAddress":"","userAgent":"',
  '"source":"GET PUT PATCH DELETE POST /api/v1/auth/users/{id}"},"aggregateName":"',
].join('')

const FORMAT = 1

const dictionary = (known: string) => Buffer.from(WORDS + known)

/** JSON, packed. `known` is text that stands beside it and is told again when unpacking: its repetitions then cost nothing. */
export const pack = (value: unknown, known = ''): Uint8Array =>
  Buffer.concat([Buffer.of(FORMAT), deflateRawSync(JSON.stringify(value), { dictionary: dictionary(known) })])

/** Throws when `known` is not what it was. */
export const unpack = (bytes: Uint8Array, known = '') => {
  if (bytes[0] !== FORMAT) throw new Error(`Nothing is known of packed format ${bytes[0]}.`)
  return JSON.parse(inflateRawSync(bytes.subarray(1), { dictionary: dictionary(known) }).toString()) as Record<string, unknown>
}
