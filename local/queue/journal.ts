import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type * as z from 'zod'
import { parseKept, readKept } from '../kept-state.ts'

/** An append-only file of JSON lines. What `append` has returned for survives the death of the process (not of the machine). */
export interface Journal<Entry> {
  append(entry: Entry): void
  /** Replaces the whole file, atomically. */
  rewrite(entries: Iterable<Entry>): void
  /** Lines written since the last rewrite, those found at opening included. */
  lines(): number
  close(): void
}

/** Opens the file and hands every entry already in it to `replay`. A torn last line, as a kill can leave it, is dropped; any other damage is thrown. */
export function openJournal<Entry>(file: string, schema: z.ZodType<Entry>, replay: (entry: Entry) => void): Journal<Entry> {
  mkdirSync(dirname(file), { recursive: true })
  const found = readEntries(file, schema)
  for (const entry of found.entries) replay(entry)
  if (found.torn) replaceFile(file, found.entries)
  let descriptor = openSync(file, 'a')
  let lines = found.entries.length
  return {
    append(entry) {
      writeSync(descriptor, `${JSON.stringify(entry)}\n`)
      lines += 1
    },
    rewrite(entries) {
      closeSync(descriptor)
      lines = replaceFile(file, entries)
      descriptor = openSync(file, 'a')
    },
    lines: () => lines,
    close: () => closeSync(descriptor),
  }
}

function readEntries<Entry>(file: string, schema: z.ZodType<Entry>): { entries: Entry[]; torn: boolean } {
  const text = readKept(file) ?? ''
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const entries = whole.split('\n').flatMap((line, n) => (line === '' ? [] : [parseKept(file, line, schema, `line ${n + 1}`)]))
  return { entries, torn: whole.length < text.length }
}

function replaceFile(file: string, entries: Iterable<unknown>): number {
  const lines = [...entries].map((entry) => `${JSON.stringify(entry)}\n`)
  const descriptor = openSync(`${file}.new`, 'w')
  writeSync(descriptor, lines.join(''))
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(`${file}.new`, file)
  return lines.length
}
