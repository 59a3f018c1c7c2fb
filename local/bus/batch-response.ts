/** What a function's answer says about its batch: the failed identifiers, or `all` when the whole batch counts as failed. */
export type Failures = Set<string> | 'all'

/**
 * Reads a `ReportBatchItemFailures` answer as Lambda does: nothing, an empty answer or an empty or missing list is success;
 * an unknown, empty or missing identifier, or a list that is none, fails the whole batch.
 */
export function failuresOf(response: unknown, identifiers: Set<string>): Failures {
  if (response === null || response === undefined || response === '') return new Set()
  if (typeof response !== 'object') return 'all'
  const list = (response as { batchItemFailures?: unknown }).batchItemFailures
  if (list === null || list === undefined) return new Set()
  if (!Array.isArray(list)) return 'all'
  const failed = list.map((item) => (item as { itemIdentifier?: unknown } | null)?.itemIdentifier)
  return failed.every((id) => typeof id === 'string' && identifiers.has(id)) ? new Set(failed as string[]) : 'all'
}
