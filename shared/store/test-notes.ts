import * as z from 'zod'
import { problemType } from '../errors.ts'
import { eventType } from '../event.ts'
import { newId } from '../ids.ts'
import { type Change, changed, created, entity, type Versioned } from './entity.ts'

/** The smallest aggregate there is, for tests of the store itself. */
export interface Note extends Versioned {
  title: string
  text?: string
  pinned?: boolean
}

/** Failures as a context states them. */
export const LAST_ADMIN = problemType('LAST_ADMIN', 409, 'One note stays pinned.')
export const SLUG_TAKEN = problemType('SLUG_TAKEN', 409, 'Another note is called so.')

export const notes = entity<Note>({
  name: 'NOTE',
  indexes: ({ id }) => ({ g1: ['NOTES', id] }),
  guards: { NOTE_TITLE: { of: ({ title, deletedAt }) => (deletedAt ? undefined : title.toLowerCase()), conflict: 'NAME_TAKEN' } },
  tally: { kind: 'PINNED', counts: ({ pinned }) => pinned === true, conflict: LAST_ADMIN },
  label: ({ title }) => title,
})

const noteEvent = (name: string) => eventType(name, { summary: 'Of a note.', data: z.object({ why: z.string().optional() }) })
export const noteWritten = noteEvent('note.written')
export const noteChanged = noteEvent('note.changed')
export const noteSeen = noteEvent('note.seen')

export const write = (organizationId: string, title: string, more: Partial<Note> = {}, at = new Date().toISOString()): Change<Note> =>
  created<Note>({ id: newId('ntf'), organizationId, title, ...more }, { event: noteWritten, at })

export const change = (note: Note, patch: Partial<Note>, at = new Date().toISOString()): Change<Note> =>
  changed(note, patch, { event: noteChanged, at, data: { why: 'because' } })
