import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until the answer is 200; throws the last answer when the time is over. */
export async function untilReady(url: string, withinMs: number): Promise<void> {
  const patience = Date.now() + withinMs
  for (;;) {
    const response = await fetch(url)
    const text = await response.text()
    if (response.status === 200) return
    if (Date.now() > patience) throw new Error(`${url} keeps answering ${response.status}: ${text.slice(0, 500)}`)
    await sleep(100)
  }
}
