import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from '@jest/globals'
import { checkpointText } from '../shared/merkle/checkpoint.ts'
import { checkpointLine, headerLine, leafLine } from '../shared/merkle/export.ts'
import { leafOf } from '../shared/merkle/leaf.ts'
import { rawKey, readVerifier, signedNote, toBase64, verifierKey } from '../shared/merkle/note.ts'
import { consistencyRanges, inclusionRanges, proofOf } from '../shared/merkle/proof.ts'
import { EMPTY, growAll, type Node, rootOf } from '../shared/merkle/tree.ts'

const PROGRAM = 'verify/tessera-verify.mjs'
const folder = mkdtempSync(join(tmpdir(), 'tessera-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const origin = 'audit.example/org_1'
const key = verifierKey(origin, rawKey(publicKey.export({ format: 'der', type: 'spki' })))
const forms = Array.from({ length: 9 }, (_, n) => ({ id: { S: `aud_${n}` }, success: { BOOL: n % 2 === 0 } }))
const hashes = forms.map(leafOf)
const frontierAt = (size: number) => growAll(EMPTY, hashes.slice(0, size))
const noteAt = (size: number) => {
  const text = checkpointText({ origin, size, root: rootOf(frontierAt(size)) })
  return signedNote(text, readVerifier(key), sign(null, Buffer.from(text), privateKey))
}
const leaves = forms.map((form, leaf) => leafLine({ leaf, id: form.id.S, hash: hashes[leaf] ?? Buffer.of(), form }))
const lines = [
  headerLine({ origin, key, before: EMPTY }),
  ...leaves.slice(0, 4),
  checkpointLine(noteAt(4)),
  ...leaves.slice(4),
  checkpointLine(noteAt(9)),
]

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
/** As a customer runs it: the program by itself, from another folder, with no module of ours in sight. */
function verify(...args: string[]) {
  const program = file('tessera-verify.mjs', readFileSync(PROGRAM))
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}
const whole = file('whole.jsonl', lines.join(''))

test('the program is one file that loads nothing but parts of Node.js that reach no network', () => {
  const loaded = [...readFileSync(PROGRAM, 'utf8').matchAll(/(?:from |import ?\(?|require\()"([^"]+)"/g)].map(([, name]) => name)
  expect([...new Set(loaded)].toSorted()).toEqual(['node:crypto', 'node:fs', 'node:path', 'node:stream', 'node:util', 'node:zlib'])
})

describe('an export', () => {
  test('that holds is told to its last entry and checkpoint, with a key that is known and a checkpoint that was kept', () => {
    const kept = file('kept.txt', noteAt(4))
    const { status, said } = verify(whole, '--key', file('key.txt', `${key}\n`), '--checkpoint', kept)
    expect(said).toContain(`${origin}: verified to entry 8, checkpoint 9.`)
    expect([status, said.includes("export's own word")]).toEqual([0, false])
  })
  test('tells that its key is its own word, where none was given', () => {
    expect(verify(whole).said).toContain(key)
  })
  test('in several files, packed or not, is read as one', () => {
    const parts = mkdtempSync(join(folder, 'parts-'))
    writeFileSync(join(parts, '0001.jsonl'), lines.slice(0, 5).join(''))
    writeFileSync(join(parts, '0002.jsonl.gz'), gzipSync(lines.slice(5).join('')))
    expect(verify(parts)).toMatchObject({ status: 0, said: expect.stringContaining('verified to entry 8') })
  })
  test('with a byte changed names the entry, and fails', () => {
    const { status, said } = verify(file('changed.jsonl', lines.join('').replace('{"BOOL":false}', '{"BOOL":true}')))
    expect([status, said]).toEqual([1, 'CHANGED at entry 1. Entry 1 (aud_1) was changed after it was sealed.\n'])
  })
  test('that is not there cannot be read, nor can a packed one that was cut short', () => {
    expect(verify(join(folder, 'nowhere.jsonl')).status).toBe(2)
    expect(verify(file('short.jsonl.gz', gzipSync(lines.join('')).subarray(0, -20))).status).toBe(2)
  })
  test('is of lines that end with a line feed, whatever else stands in them', () => {
    const form = { id: { S: 'aud_0' }, resourceId: { S: 'A\u2028B\u2029C\u0085' } }
    const frontier = growAll(EMPTY, [leafOf(form)])
    const text = checkpointText({ origin, size: 1, root: rootOf(frontier) })
    const note = signedNote(text, readVerifier(key), sign(null, Buffer.from(text), privateKey))
    const leaf = leafLine({ leaf: 0, id: 'aud_0', hash: leafOf(form), form })
    const separated = file('separated.jsonl', headerLine({ origin, key, before: EMPTY }) + leaf + checkpointLine(note))
    expect(verify(separated)).toMatchObject({ status: 0, said: expect.stringContaining('verified to entry 0') })
  })
  test('moves nothing about where it is told of', () => {
    const told = '\u001b[1A\r\u202e\nverified to entry 8'
    const { said } = verify(file('told.jsonl', lines.join('').replace('"id":"aud_1"', `"id":${JSON.stringify(told)}`)))
    expect(said).toBe('CHANGED at entry 1. Entry 1 is not called ?[1A???verified to entry 8.\n')
  })
})

describe('a proof, as the API answers it,', () => {
  const hashOf = ({ level, index }: Node) => rootOf(growAll(EMPTY, hashes.slice(index * 2 ** level, (index + 1) * 2 ** level)))
  const inclusion = {
    entryId: 'aud_5',
    leafIndex: 5,
    treeSize: 9,
    form: forms[5],
    path: proofOf(inclusionRanges(5, 9), hashOf).map(toBase64),
    checkpoint: { note: noteAt(9), key },
  }
  const consistency = {
    path: proofOf(consistencyRanges(4, 9), hashOf).map(toBase64),
    fromCheckpoint: { note: noteAt(4), key },
    toCheckpoint: { note: noteAt(9), key },
  }
  const of = (data: object, ...args: string[]) => verify(file('proof.json', JSON.stringify({ success: true, data })), ...args)

  test('that an entry stands in the tree holds, and does not for another entry', () => {
    expect(of(inclusion, '--key', key)).toMatchObject({ status: 0, said: 'Entry 5 (aud_5) stands in the tree of 9 entries.\n' })
    expect(of({ ...inclusion, form: { ...forms[6], id: { S: 'aud_5' } } })).toMatchObject({
      status: 1,
      said: expect.stringContaining('Entry 5 (aud_5) is not what stands'),
    })
    expect(of({ ...inclusion, entryId: 'aud_7' })).toMatchObject({ status: 1, said: expect.stringContaining('not called aud_7') })
    expect(of({ ...inclusion, leafIndex: 5.5 }).status).toBe(1)
  })
  test('that a tree begins with an earlier one holds, and does not with another path', () => {
    expect(of(consistency)).toMatchObject({ status: 0, said: expect.stringContaining('begins with the one of 4') })
    expect(of({ ...consistency, path: consistency.path.toReversed() })).toMatchObject({ status: 1 })
  })
  test('tells that its key is its own word, where none was given', () => {
    for (const proof of [inclusion, consistency]) expect(of(proof).said).toContain(`the proof's own word`)
  })
  test('that whoever has the key made up is none where a checkpoint was kept', () => {
    const kept = (size: number) => ['--checkpoint', file(`kept-${size}.txt`, noteAt(size))]
    const text = checkpointText({ origin, size: 9, root: rootOf(growAll(EMPTY, hashes.toReversed())) })
    const other = file('other.txt', signedNote(text, readVerifier(key), sign(null, Buffer.from(text), privateKey)))
    for (const proof of [inclusion, consistency]) {
      expect(of(proof, ...kept(9)).status).toBe(0)
      expect(of(proof, '--checkpoint', other).status).toBe(1)
      expect(of(proof, ...kept(7))).toMatchObject({ status: 1, said: expect.stringContaining('of 7 entries, is none of this proof') })
    }
    expect(of(consistency, ...kept(4)).status).toBe(0)
  })
  test('whose root nobody signed shows nothing, until a checkpoint is given', () => {
    expect(of({ ...inclusion, checkpoint: null })).toMatchObject({ status: 1, said: expect.stringContaining('No checkpoint signs') })
    expect(of({ ...inclusion, checkpoint: null }, '--key', key, '--checkpoint', file('nine.txt', noteAt(9)))).toMatchObject({ status: 0 })
  })
})
