import { Problem } from '../../shared/errors.ts'

const MOST_TRIES = 8

/** Runs a read-decide-write anew when somebody else wrote in between; the last conflict is the caller's. */
export async function again<T>(run: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(attempt)
    } catch (error) {
      const mayRetry = error instanceof Problem && error.code === 'VERSION_CONFLICT' && attempt < MOST_TRIES
      if (!mayRetry) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * attempt))
    }
  }
}
