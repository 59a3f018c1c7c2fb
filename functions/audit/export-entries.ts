import * as z from 'zod'
import { problem } from '../../shared/errors.ts'
import { filesOf } from '../../shared/files/files.ts'
import { job } from '../../shared/jobs/rule.ts'
import { type Outcome, runs, type StepCall } from '../../shared/jobs/run.ts'
import { stillAllowed } from '../../shared/serve/still-allowed.ts'
import { exportPiece, NOT_SEALED_YET } from '../proofs/door.ts'
import type { AuditEntry } from './audit-entry.ts'
import { auditPage } from './audit-list.ts'
import { fileOf, MEDIA_TYPES, type Shown } from './export-file.ts'
import { EXPORT, ExportedFile, ExportInput } from './exported.ts'
import { keeperOf } from './retention.ts'

const FILES = { files: { writes: ['exports'] } } as const

export const rule = job(EXPORT, {
  summary: 'Writes the audit trail, or what a filter leaves of it, into files, a part at a time.',
  input: ExportInput,
  cursor: z.object({ after: z.string().nullable(), files: z.array(ExportedFile) }),
  reads: ['AUDIT', 'SEALED', 'ORGANIZATION', 'USER', 'API_KEY', 'ROLE', 'GROUP', 'UNIT'],
  ...FILES,
})

const PAGE = 100
/** What a part holds is in memory at once; few kilobytes an entry. */
const PART_ENTRIES = 5_000
const PART_BYTES = 8_000_000
/** A part is written well before a run ends. */
const PART_MS = 5_000
const MOST_FILES = 400

type Call = StepCall<typeof rule>

interface Part {
  text: string
  entries: number
  /** Behind them; nothing where they were the last. */
  after: string | null
}

/** The next entries: as many as a file holds, or as were read in a while. */
async function shown({ tenant, input, cursor, now }: Call, format: Shown, clock: () => number): Promise<Part> {
  const since = (await keeperOf(tenant))?.createdAt ?? now
  const { filter, until } = input
  const [entries, began]: [AuditEntry[], number] = [[], clock()]
  let after = cursor?.after ?? undefined
  for (let bytes = 0; ; ) {
    const page = await auditPage(tenant, { ...filter, to: earlier(filter.to, until), limit: PAGE, cursor: after, since, now })
    entries.push(...page.items)
    bytes += JSON.stringify(page.items).length
    after = page.nextCursor ?? undefined
    const isFull = entries.length >= PART_ENTRIES || bytes >= PART_BYTES || clock() - began >= PART_MS
    if (after !== undefined && !isFull) continue
    return { text: fileOf(format, entries, { header: !cursor }), entries: entries.length, after: after ?? null }
  }
}

/** The same as it is sealed, with its checkpoints; each file ends with one, so that those before it stand by themselves. */
async function sealed({ tenant, input, cursor }: Call, clock: () => number): Promise<Part> {
  const [from, began] = [Number(cursor?.after ?? input.fromTreeSize ?? 0), clock()]
  let [text, next] = ['', from]
  for (;;) {
    const piece = await exportPiece(tenant, { from: next, isFirst: !cursor && text === '' })
    text += piece.lines.join('')
    next = piece.next
    if (next === from && !cursor) throw problem(NOT_SEALED_YET)
    if (!piece.isLast && text.length < PART_BYTES && clock() - began < PART_MS) continue
    return { text, entries: next - from, after: piece.isLast ? null : String(next) }
  }
}

const earlier = (one: string | undefined, other: string) => (one !== undefined && Date.parse(one) < Date.parse(other) ? one : other)

const TOO_MUCH = `This is more than ${MOST_FILES} files hold. Export a shorter time, or filter further.`
/** What can be verified is not made shorter by a filter: it ends here, and another begins where this one ends. */
const isLastFile = ({ input, cursor }: Call) => input.format === 'verifiable' && cursor?.files.length === MOST_FILES - 1

async function store({ tenant, input, meter, now }: Call, { text, entries }: Part, number: number): Promise<ExportedFile> {
  const format = input.format === 'csv' ? 'csv' : 'jsonl'
  const name = `audit-${input.until.slice(0, 10)}-${String(number).padStart(3, '0')}.${format}`
  return { key: await filesOf(FILES, { tenant, meter, now }).put('exports', name, text, MEDIA_TYPES[format]), entries }
}

/** A part that was stored by a step which was cut off then expires unnamed, and the next try stores another. */
export const exporting =
  (clock: () => number = Date.now) =>
  async (call: Call): Promise<Outcome<z.input<typeof rule.cursor>>> => {
    const { input, cursor, job: asked } = call
    await stillAllowed(call, { id: asked.startedBy, ip: input.ip, mfa: input.mfa }, 'audit:export')
    const before = cursor?.files ?? []
    if (before.length >= MOST_FILES) throw problem('PAYLOAD_TOO_LARGE', { message: TOO_MUCH })
    const part = await (input.format === 'verifiable' ? sealed(call, clock) : shown(call, input.format, clock))
    const isNothing = part.entries === 0 && before.length > 0
    const files = isNothing ? before : [...before, await store(call, part, before.length + 1)]
    const counts = { exported: part.entries }
    const isOver = part.after === null || isLastFile(call)
    return isOver ? { counts, done: { format: input.format, files } } : { counts, cursor: { after: part.after, files } }
  }

export const handler = runs(rule, exporting())
