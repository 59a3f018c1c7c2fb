import type { Clock } from '../types.ts'

/** Resolves at once if a message is visible; else after a change (by `waiting`), when one's time comes, after `seconds`, or on abort. */
export function whenVisible(options: {
  messages: Map<string, { visibleAt: number }>
  waiting: Set<() => void>
  now: Clock
  seconds: number
  signal?: AbortSignal
}): Promise<void> {
  const { messages, waiting, now, seconds, signal } = options
  let next = Number.POSITIVE_INFINITY
  for (const { visibleAt } of messages.values()) next = Math.min(next, visibleAt)
  const milliseconds = Math.min(next - now(), seconds * 1000)
  if (milliseconds <= 0 || signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      waiting.delete(done)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    waiting.add(done)
    signal?.addEventListener('abort', done)
  })
}
