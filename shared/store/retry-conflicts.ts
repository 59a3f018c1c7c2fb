import { isProblem } from '../errors.ts'

const MOST_TRIES = 8

/** Somebody else wrote the item since it was read. */
export const isVersionConflict = (error: unknown) => isProblem(error, 'VERSION_CONFLICT')

/** Runs a read-decide-write anew when somebody else wrote in between, so many times in all; the last conflict is the caller's. */
export async function retryConflicts<T>(run: (attempt: number) => Promise<T>, tries = MOST_TRIES): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(attempt)
    } catch (error) {
      if (!isVersionConflict(error) || attempt >= tries) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * attempt))
    }
  }
}
