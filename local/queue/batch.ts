import { AwsError } from '../types.ts'

/** Runs one entry of a batch request; what it throws as `AwsError` becomes the entry's own failure. */
export function eachEntry(
  input: Record<string, unknown>,
  run: (entry: Record<string, unknown>) => Record<string, unknown>,
): { Successful: Record<string, unknown>[]; Failed: Record<string, unknown>[] } {
  const reply = { Successful: [] as Record<string, unknown>[], Failed: [] as Record<string, unknown>[] }
  for (const entry of checkedEntries(input)) {
    try {
      reply.Successful.push({ Id: entry.Id, ...run(entry) })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      reply.Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message })
    }
  }
  return reply
}

function checkedEntries(input: Record<string, unknown>): Record<string, unknown>[] {
  const entries = (input.Entries ?? []) as Record<string, unknown>[]
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.')
  if (entries.length > 10) {
    const message = `Maximum number of entries per request are 10. You have sent ${entries.length}.`
    throw new AwsError('TooManyEntriesInBatchRequest', message)
  }
  const ids = entries.map((entry) => String(entry.Id))
  const bad = ids.find((id) => !/^[\w-]{1,80}$/.test(id))
  if (bad !== undefined) {
    const message = 'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.'
    throw new AwsError('InvalidBatchEntryId', message)
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index)
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`)
  return entries
}
