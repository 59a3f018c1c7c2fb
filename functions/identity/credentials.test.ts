import { expect, test } from '@jest/globals'
import { isLive } from '../../shared/identity/session.ts'
import { sessionsOf } from '../../shared/identity/session-store.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { handler as changeHandler } from './change-password.ts'
import { changePassword, refresh } from './contract.ts'
import { handler as refreshHandler } from './refresh.ts'
import { newIp, PASSWORD, type Registered, registered, signedIn, signIn, table } from './test-people.ts'

const bench = workbench()

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const change = (as: Person, currentPassword: string, newPassword: string) =>
  bench.request(changeHandler, changePassword, { as, body: { currentPassword, newPassword } })

const liveOf = async ({ userId }: Registered) =>
  (await sessionsOf(table(), userId)).filter((session) => isLive(session, new Date().toISOString())).map(({ id }) => id)

/** Signs in with the old password at some moment of its change; gives the refresh token, where one was given. */
async function burst(of: Registered, password: string, at: number): Promise<string | undefined> {
  await pause(at)
  const { status, body } = await signIn(bench, of.email, password)
  return status === 200 ? (body.data.tokens.refreshToken as string) : undefined
}

/**
 * Each round is a change of password with four sign-ins by the old one around it, at moments spread over the time that the last one
 * took: 200 interleavings in all.
 */
test('whenever somebody signs in with the old password around its change, no session of theirs lives on and none can be renewed', async () => {
  const ada = await registered(bench)
  let password = PASSWORD
  let outlived = 0
  let took = 100
  for (let round = 0; round < 50; round++) {
    const as = await signedIn(bench, ada, {}, password)
    const next = `${PASSWORD} ${round}`
    const moments = [0, 1, 2, 3].map((n) => (((round * 7 + n * 53) % 220) / 220) * took)
    const begunAt = performance.now()
    const timed = change(as, password, next).finally(() => {
      took = performance.now() - begunAt
    })
    const [changed, ...tokens] = await Promise.all([timed, ...moments.map((at) => burst(ada, password, at))])
    expect(changed.status).toBe(204)
    expect(await liveOf(ada)).toEqual([as.sessionId])
    for (const refreshToken of tokens.flatMap((token) => token ?? [])) {
      outlived++
      const renewed = await bench.request(refreshHandler, refresh, { body: { refreshToken }, ip: newIp() })
      expect(renewed.body.code).toBe('INVALID_SESSION')
    }
    password = next
  }
  // Some did get in before the change, or this would show nothing.
  expect(outlived).toBeGreaterThan(0)
})
