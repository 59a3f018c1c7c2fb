import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto'
import { AwsError } from '../types.ts'
import type { PasswordPolicy } from './pools.ts'

/** About 40 ms on two shared cores: dear enough to matter for guessing, cheap enough for a quick sign-in. Tests, which sign in by the thousand, say less. */
const COST = { N: Number(process.env.TESSERA_PASSWORD_COST ?? 16_384), r: 8, p: 1 }
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/
/** Cognito takes no password that begins or ends with white space, and none longer than this. */
const LONGEST = 256

/** `scrypt$N$r$p$salt$hash`: the cost stands beside the hash, so that it can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), hash.toString('base64')].join('$')
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = stored.split('$')
  const expected = Buffer.from(hash, 'base64')
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p) }), expected)
}

/** Spends the time of a verification, so that an unknown user answers no faster than a wrong password. */
export async function pretendToVerify(password: string): Promise<void> {
  await derive(password, randomBytes(16), COST)
}

/** Throws `InvalidPasswordException` in Cognito's words for the first rule of the policy that the password breaks. */
export function checkPolicy(password: string, policy: PasswordPolicy): void {
  if (password.length > LONGEST || password !== password.trim() || password === '') {
    throw new AwsError('InvalidParameterException', "1 validation error detected: Value at 'password' failed to satisfy constraint")
  }
  const broken = brokenRule(password, policy)
  if (broken) throw new AwsError('InvalidPasswordException', `Password did not conform with policy: ${broken}`)
}

function brokenRule(password: string, policy: PasswordPolicy): string | undefined {
  if (password.length < policy.minimumLength) return 'Password not long enough'
  if (policy.uppercase && !/[A-Z]/.test(password)) return 'Password must have uppercase characters'
  if (policy.lowercase && !/[a-z]/.test(password)) return 'Password must have lowercase characters'
  if (policy.numbers && !/[0-9]/.test(password)) return 'Password must have numeric characters'
  // Cognito counts a space inside the password as a symbol.
  if (policy.symbols && !SYMBOL.test(password) && !password.includes(' ')) return 'Password must have symbol characters'
  return undefined
}

/** A random password that satisfies every policy, for users created without one. */
export function inventPassword(policy: PasswordPolicy): string {
  return `aA1!${randomBytes(Math.max(policy.minimumLength, 16)).toString('base64url')}`
}

/** A six-digit code as Cognito sends it by mail. */
export const inventCode = (): string => String(randomInt(1_000_000)).padStart(6, '0')

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
