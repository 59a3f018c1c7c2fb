import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { openKeys } from '../../local/cognito/keys.ts'
import type { Someone } from './journey.ts'

/** A token exactly like the person's own, signed by the pool itself, that ended an hour ago. */
export async function expiredToken(person: Someone): Promise<string> {
  const token = person.tokens?.accessToken ?? ''
  const folder = join(process.env.TESSERA_TEST_DATA ?? '', 'cognito')
  const [pool = ''] = readdirSync(folder)
  const keys = await openKeys(join(folder, pool))
  const hourAgo = Math.floor(Date.now() / 1000) - 3_600
  return new SignJWT({ ...decodeJwt(token), exp: hourAgo })
    .setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'RS256' })
    .sign(keys.privateKey)
}
