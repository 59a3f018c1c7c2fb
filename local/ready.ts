import { setTimeout as sleep } from 'node:timers/promises'

/** What came of asking once: nothing where the answer is 200. A busy machine may not even connect in time. */
const wrongWith = (url: string): Promise<string | undefined> =>
  fetch(url).then(
    async (response) => {
      const text = await response.text()
      return response.status === 200 ? undefined : `${response.status}: ${text.slice(0, 500)}`
    },
    (error: Error) => `nothing: ${error.cause instanceof Error ? error.cause.message : error.message}`,
  )

/** Asks until the answer is 200; throws the last answer when the time is over. */
export async function untilReady(url: string, withinMs: number): Promise<void> {
  const patience = Date.now() + withinMs
  for (;;) {
    const wrong = await wrongWith(url)
    if (wrong === undefined) return
    if (Date.now() > patience) throw new Error(`${url} keeps answering ${wrong}`)
    await sleep(100)
  }
}
