import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** An append-only file of JSON lines. What `append` has returned for survives the death of the process (not of the machine). */
export interface Journal<Entry> {
  append(entry: Entry): void
  /** Replaces the whole file, atomically. */
  rewrite(entries: Iterable<Entry>): void
  /** Lines written since the last rewrite, those found at opening included. */
  lines(): number
  close(): void
}

/** Opens the file and hands every entry already in it to `replay`. A torn last line, as a kill can leave it, is dropped. */
export function openJournal<Entry>(file: string, replay: (entry: Entry) => void): Journal<Entry> {
  mkdirSync(dirname(file), { recursive: true })
  const found = readEntries<Entry>(file)
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

function readEntries<Entry>(file: string): { entries: Entry[]; torn: boolean } {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const entries = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry)
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
