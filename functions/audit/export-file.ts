import type { AuditEntry } from './audit-entry.ts'

export type Shown = 'csv' | 'jsonl'
export const MEDIA_TYPES: Record<Shown, string> = { csv: 'text/csv; charset=utf-8', jsonl: 'application/jsonl; charset=utf-8' }

const COLUMNS: Record<string, (entry: AuditEntry) => string | boolean | null> = {
  id: ({ id }) => id,
  timestamp: ({ timestamp }) => timestamp,
  actorId: ({ actor }) => actor.id,
  actorKind: ({ actor }) => actor.kind,
  actorName: ({ actor }) => actor.name,
  actorOrganizationId: ({ actor }) => actor.organizationId,
  action: ({ action }) => action,
  resourceType: ({ resource }) => resource.type,
  resourceId: ({ resource }) => resource.id,
  resourceName: ({ resource }) => resource.name,
  success: ({ success }) => success,
  errorMessage: ({ errorMessage }) => errorMessage,
  changes: ({ changes }) => JSON.stringify(changes),
  details: ({ details }) => JSON.stringify(details),
  ipAddress: ({ ipAddress }) => ipAddress,
  userAgent: ({ userAgent }) => userAgent,
  sessionId: ({ sessionId }) => sessionId,
  requestId: ({ requestId }) => requestId,
  clientRequestId: ({ clientRequestId }) => clientRequestId,
  correlationId: ({ correlationId }) => correlationId,
  eventId: ({ eventId }) => eventId,
}

/**
 * What a spreadsheet would take for a formula (OWASP, "CSV Injection"), also behind blanks, and by the full-width signs that some read as the
 * plain ones.
 */
const FORMULA = /^[\s\0]*[=+\-@＝＋－＠]/

/** A cell by RFC 4180, always quoted. What could be a formula begins with an apostrophe, which makes it text. */
export const cell = (value: string | boolean | null): string => {
  const text = value === null ? '' : String(value)
  return `"${(FORMULA.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}

const line = (cells: readonly (string | boolean | null)[]) => `${cells.map(cell).join(',')}\r\n`

/** The text of one file; of several that are put together the first alone has the names of the columns. */
export function fileOf(format: Shown, entries: readonly AuditEntry[], { header }: { header: boolean }): string {
  if (format === 'jsonl') return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
  const lines = entries.map((entry) => line(Object.values(COLUMNS).map((of) => of(entry))))
  return [...(header ? [line(Object.keys(COLUMNS))] : []), ...lines].join('')
}
