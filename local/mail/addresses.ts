import { AwsError } from '../types.ts'

/** The address in `Name <address>` or `address`. */
const addressIn = (text: string): string => (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim()

/** The bare address of `Name <address>` or `address`; refuses what is none, as SES words it. */
export function bareAddress(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in an address would forge headers.
  if (/[\u0000-\u001f\u007f]/.test(text))
    throw new AwsError('BadRequestException', `Illegal address: control characters in ${JSON.stringify(text)}`)
  const bare = addressIn(text)
  if (!/^[^\s@,;<>]+@[^\s@,;<>]+$/.test(bare))
    throw new AwsError('BadRequestException', `Missing final '@domain' in ${JSON.stringify(text)}`)
  return bare
}

/** The addresses of a list such as a header's, split at commas outside quotes. */
export const addressList = (list = ''): string[] => (list.match(/(?:"[^"]*"|[^,])+/g) ?? []).map((each) => each.trim()).filter(Boolean)

/** Whether one of the lists holds the address, whatever its case and the names around it. */
export function holdsAddress(lists: (string | undefined)[], address: string): boolean {
  const wanted = address.trim().toLowerCase()
  return lists.flatMap((list) => addressList(list)).some((each) => addressIn(each).toLowerCase() === wanted)
}

/**
 * The verified identity that may send for an address: the address itself, else its domain or a parent of that.
 * Domains are compared without case, the part before the @ with it.
 */
export function identityFor(address: string, verified: string[]): string | undefined {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1).toLowerCase()
  const exact = `${address.slice(0, at)}@${domain}`
  const candidates = [exact, ...parents(domain)]
  return candidates.find((candidate) => verified.includes(candidate))
}

/** The domain and those above it, nearest first. */
const parents = (domain: string): string[] => domain.split('.').map((_, index, labels) => labels.slice(index).join('.'))

/** An identity of the template in the form `identityFor` compares. */
export function normalIdentity(identity: string): string {
  const at = identity.lastIndexOf('@')
  return identity.slice(0, at + 1) + identity.slice(at + 1).toLowerCase()
}
