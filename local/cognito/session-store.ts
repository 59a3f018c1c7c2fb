import { randomBytes, randomUUID } from 'node:crypto'
import * as z from 'zod'
import { AwsError } from '../types.ts'
import { fingerprint } from './keys.ts'
import type { Client } from './pools.ts'
import type { Records } from './records.ts'

/** One sign-in: every token it ever led to carries its id as `origin_jti`. */
export const Session = z.object({
  id: z.string(),
  username: z.string(),
  clientId: z.string(),
  /** When the person proved who they are, in epoch seconds. */
  authTime: z.number(),
  /** End of the refresh token's life, which rotation does not prolong. */
  expiresAt: z.number(),
  scopes: z.array(z.string()),
  hosted: z.boolean(),
  revoked: z.boolean(),
  /** Fingerprints of the refresh tokens, retired ones too, so that their reuse is recognized. */
  tokens: z.array(z.object({ fingerprint: z.string(), rotatedAt: z.number().optional() })),
})
export type Session = z.output<typeof Session>

export interface Start {
  username: string
  client: Client
  scopes: string[]
  hosted: boolean
  now: number
  /** In epoch seconds, where the person signed in earlier than now. */
  authTime?: number
}

export interface SessionStore {
  open(start: Start): { session: Session; refreshToken: string }
  byId(id: string): Session | undefined
  /** Checks a refresh token and, where the client rotates, replaces it; throws Cognito's refusals. */
  refresh(token: string, client: Client, now: number): { session: Session; refreshToken: string | undefined }
  /** The session of a refresh token, in whatever state. */
  byToken(token: string): Session | undefined
  revoke(session: Session): void
  /** Forgets a session that never came to be. */
  discard(session: Session): void
  revokeAll(username: string): void
  /** Forgets a deleted user's sessions. */
  removeAll(username: string): void
}

/** An access token may live a day at most, so a session is remembered that long after its end. */
const KEEP_MS = 86_400_000

export function openSessions(records: Records<Session>, now: number): SessionStore {
  const sessions = new Map<string, Session>()
  const byFingerprint = new Map<string, Session>()
  const ofUser = new Map<string, Set<Session>>()

  const hold = (session: Session) => {
    sessions.set(session.id, session)
    for (const token of session.tokens) byFingerprint.set(token.fingerprint, session)
    ofUser.set(session.username, (ofUser.get(session.username) ?? new Set()).add(session))
  }
  const drop = (session: Session) => {
    sessions.delete(session.id)
    for (const token of session.tokens) byFingerprint.delete(token.fingerprint)
    ofUser.get(session.username)?.delete(session)
    records.remove(session.id)
  }
  const save = (session: Session) => {
    records.write(session.id, session)
    hold(session)
  }
  const addToken = (session: Session) => {
    const token = randomBytes(64).toString('base64url')
    session.tokens.push({ fingerprint: fingerprint(token), rotatedAt: undefined })
    save(session)
    return token
  }
  const revoke = (session: Session) => {
    session.revoked = true
    save(session)
  }
  const listOf = (username: string) => [...(ofUser.get(username) ?? [])]

  for (const session of records.all()) session.expiresAt + KEEP_MS < now ? records.remove(session.id) : hold(session)
  return {
    byId: (id) => sessions.get(id),
    byToken: (token) => byFingerprint.get(fingerprint(token)),
    revoke,
    discard: drop,
    revokeAll: (username) => listOf(username).forEach(revoke),
    removeAll: (username) => listOf(username).forEach(drop),
    open: ({ username, client, scopes, hosted, now: at, authTime = Math.floor(at / 1000) }) => {
      for (const old of listOf(username)) if (old.expiresAt + KEEP_MS < at) drop(old)
      const expiresAt = at + client.refreshTokenSeconds * 1000
      const session = { id: randomUUID(), username, clientId: client.id, authTime, expiresAt, scopes, hosted, revoked: false, tokens: [] }
      return { session, refreshToken: addToken(session) }
    },
    refresh: (token, client, at) => {
      const session = byFingerprint.get(fingerprint(token))
      const known = session?.tokens.find((held) => held.fingerprint === fingerprint(token))
      if (!session || !known || session.clientId !== client.id) throw refused('Invalid Refresh Token')
      if (session.revoked) throw refused('Refresh Token has been revoked')
      if (at >= session.expiresAt) throw refused('Refresh Token has expired')
      const graceMs = (client.rotationGraceSeconds ?? 0) * 1000
      if (known.rotatedAt !== undefined && at >= known.rotatedAt + graceMs) {
        throw new AwsError('RefreshTokenReuseException', 'Refresh token has been invalidated by rotation')
      }
      if (client.rotationGraceSeconds === undefined) return { session, refreshToken: undefined }
      known.rotatedAt ??= at
      return { session, refreshToken: addToken(session) }
    },
  }
}

const refused = (message: string) => new AwsError('NotAuthorizedException', message)
