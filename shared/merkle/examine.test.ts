import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { checkpointText } from './checkpoint.ts'
import { type Examined, examine, Finding } from './examine.ts'
import { checkpointLine, headerLine, type LeafLine, leafLine } from './export.ts'
import { leafOf } from './leaf.ts'
import { rawKey, readVerifier, signedNote, toBase64, verifierKey } from './note.ts'
import { EMPTY, type Frontier, growAll, type Hash, rootOf } from './tree.ts'

const ORIGIN = 'audit.example/org_1'
const signer = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = verifierKey(ORIGIN, rawKey(publicKey.export({ format: 'der', type: 'spki' })))
  const noteOf = (frontier: Frontier, origin = ORIGIN) => {
    const text = checkpointText({ origin, size: frontier.size, root: rootOf(frontier) })
    return signedNote(text, readVerifier(key), sign(null, Buffer.from(text), privateKey))
  }
  return { key, noteOf }
}
const log = signer()
const stranger = signer()

const formOf = (n: number) => ({ id: { S: `aud_${n}` }, action: { S: 'user.locked' }, packed: { B: Buffer.from([n]).toString('base64') } })
const forms = Array.from({ length: 40 }, (_, n) => formOf(n))
const hashes = forms.map(leafOf)
const frontierAt = (size: number) => growAll(EMPTY, hashes.slice(0, size))
const noteAt = (size: number) => log.noteOf(frontierAt(size))

/** A checkpoint behind every so many entries, as the sealer leaves them. */
const CHECKPOINTS = [1, 3, 10, 11, 25, 40]

function exported({ from = 0, to = 40 } = {}): string[] {
  const lines = [headerLine({ origin: ORIGIN, key: log.key, before: frontierAt(from) })]
  for (let leaf = from; leaf < to; leaf++) {
    lines.push(leafLine({ leaf, id: `aud_${leaf}`, hash: hashes[leaf] as Hash, form: forms[leaf] }))
    if (CHECKPOINTS.includes(leaf + 1)) lines.push(checkpointLine(noteAt(leaf + 1)))
  }
  return lines
}

async function* each(lines: string[]) {
  yield* lines
}
const of = (lines: string[], options?: Parameters<typeof examine>[1]): Promise<Examined> => examine(each(lines), options)

async function findingOf(lines: string[], options?: Parameters<typeof examine>[1]): Promise<[string, number]> {
  try {
    await of(lines, options)
  } catch (error) {
    if (error instanceof Finding) return [error.kind, error.leaf]
    throw error
  }
  return ['nothing', -1]
}

const isLeaf = (text: string, leaf: number) => (JSON.parse(text) as Partial<LeafLine>).leaf === leaf
const at = (lines: string[], leaf: number) => lines.findIndex((text) => isLeaf(text, leaf))
/** The same export with one line made another. */
const edited = (leaf: number, edit: (line: LeafLine) => object) => {
  const lines = exported()
  const n = at(lines, leaf)
  return lines.with(n, JSON.stringify(edit(JSON.parse(lines[n] as string))))
}

describe('an export that nobody touched', () => {
  test('is verified to its last entry, from its beginning or from a later entry', async () => {
    expect(await of(exported())).toMatchObject({ from: 0, to: 40, removed: 0, checkpoints: 6 })
    expect(await of(exported({ from: 11 }))).toMatchObject({ from: 11, to: 40, checkpoints: 2 })
  })
  test('goes with every checkpoint that was ever kept', async () => {
    for (const size of [0, 1, 3, 10, 11, 25, 40])
      expect(await of(exported(), { key: log.key, earlier: noteAt(size) })).toMatchObject({ to: 40 })
  })
})

describe('tampering is found, and named by the first entry that it concerns', () => {
  const retold = { action: { S: 'user.unlocked' } }
  const whole = (leaf: number, told: object) => {
    const form = { ...told, id: { S: `aud_${leaf}` } }
    return { leaf, id: `aud_${leaf}`, hash: toBase64(leafOf(form)), form }
  }
  const swapped = () => {
    const lines = exported()
    const [one, other] = [at(lines, 15), at(lines, 17)]
    return lines.with(one, lines[other] as string).with(other, lines[one] as string)
  }
  const swappedAndRenumbered = () => edited(15, () => whole(15, formOf(17))).with(at(exported(), 17), JSON.stringify(whole(17, formOf(15))))
  /** Without an entry, and those behind it moved up. */
  const closedUp = () =>
    exported().flatMap((text) => {
      const line = JSON.parse(text) as Partial<LeafLine>
      if (line.leaf === undefined || line.leaf < 15) return [text]
      return line.leaf === 15 ? [] : [JSON.stringify({ ...line, leaf: line.leaf - 1 })]
    })
  const inserted = () =>
    exported().flatMap((text) => {
      const line = JSON.parse(text) as Partial<LeafLine>
      if (line.leaf === undefined || line.leaf < 15) return [text]
      const moved = JSON.stringify({ ...line, leaf: line.leaf + 1 })
      return line.leaf === 15 ? [JSON.stringify(whole(15, retold)), moved] : [moved]
    })

  test.each<[string, () => string[], [string, number]]>([
    ['a field changed', () => edited(15, (line) => ({ ...line, form: { ...line.form, ...retold } })), ['changed', 15]],
    ['a field added', () => edited(15, (line) => ({ ...line, form: { ...line.form, note: { S: '' } } })), ['changed', 15]],
    ['a sealed byte changed', () => edited(15, (line) => ({ ...line, form: { ...line.form, packed: { B: 'AA==' } } })), ['changed', 15]],
    ['a hash changed alone', () => edited(15, (line) => ({ ...line, hash: toBase64(hashes[16] as Hash) })), ['changed', 15]],
    // Not even a hash tells which: the first that may be it is named.
    ['an entry changed with its hash', () => edited(15, () => whole(15, retold)), ['changed', 11]],
    ['the only entry between two checkpoints changed with its hash', () => edited(10, () => whole(10, retold)), ['changed', 10]],
    ['an entry left out', () => exported().toSpliced(at(exported(), 15), 1), ['missing', 15]],
    ['the first entry left out', () => exported().toSpliced(1, 1), ['missing', 0]],
    ['an entry left out and the others moved up', closedUp, ['missing', 11]],
    ['an entry put in', inserted, ['changed', 11]],
    ['an entry twice', () => exported().toSpliced(at(exported(), 15), 0, exported()[at(exported(), 15)] as string), ['reordered', 15]],
    ['two entries in another order', swapped, ['reordered', 15]],
    ['two entries in another order, numbered and hashed anew', swappedAndRenumbered, ['changed', 11]],
    ['the content of an entry taken away', () => edited(15, ({ form: _gone, ...line }) => line), ['removed', 15]],
    ['the end cut off', () => exported().slice(0, -3), ['cut off', 38]],
    ['the last checkpoint cut off', () => exported().slice(0, -1), ['cut off', 40]],
    ['half a line', () => [...exported().slice(0, -3), '{"leaf":3'], ['unreadable', 38]],
    ['everything', () => [], ['unreadable', 0]],
    ['another header', () => exported().with(0, '{"format":"of another kind"}'), ['unreadable', 0]],
    ['a checkpoint moved', () => exported().toSpliced(20, 0, checkpointLine(noteAt(11))), ['checkpoint', 11]],
    ['a checkpoint changed', () => exported().map((text) => text.replace('\\n25\\n', '\\n26\\n')), ['checkpoint', 11]],
    [
      'a checkpoint signed by somebody else',
      () => exported().with(-1, checkpointLine(stranger.noteOf(frontierAt(40)))),
      ['checkpoint', 25],
    ],
    [
      'a checkpoint of another log',
      () => exported().with(-1, checkpointLine(log.noteOf(frontierAt(40), 'audit.example/org_2'))),
      ['checkpoint', 25],
    ],
    [
      'other entries before its beginning',
      () => exported({ from: 11 }).with(0, headerLine({ origin: ORIGIN, key: log.key, before: growAll(EMPTY, hashes.slice(1, 12)) })),
      ['changed', 11],
    ],
  ])('%s', async (_what, tamper, found) => {
    expect(await findingOf(tamper(), { key: log.key })).toEqual(found)
  })
  test('the end cut off at a checkpoint, by a checkpoint that was kept', async () => {
    expect(await findingOf(exported({ to: 25 }))).toEqual(['nothing', -1])
    expect(await findingOf(exported({ to: 25 }), { earlier: noteAt(40) })).toEqual(['cut off', 25])
  })
  test('a whole log made anew with the same key, by a checkpoint that was kept', async () => {
    const other = growAll(EMPTY, hashes.toReversed().slice(0, 10))
    expect(await findingOf(exported(), { earlier: log.noteOf(other) })).toEqual(['changed', 3])
  })
  test('a whole log made anew with another key, by the key that was learnt another way', async () => {
    const forged = exported().map((text) => text.replaceAll(log.key, stranger.key))
    expect(await findingOf(forged, { key: log.key })).toEqual(['nothing', -1])
    expect(await findingOf(exported(), { key: stranger.key })).toEqual(['checkpoint', 0])
  })
  test('an earlier checkpoint that the export does not reach back to, or that is of another log, is refused', async () => {
    expect(await findingOf(exported({ from: 11 }), { earlier: noteAt(10) })).toEqual(['checkpoint', 11])
    expect(await findingOf(exported(), { earlier: log.noteOf(frontierAt(3), 'audit.example/org_2') })).toEqual(['checkpoint', 0])
  })
})

describe('an export that two programs could read as two is none', () => {
  const header = JSON.parse(exported()[0] as string)
  const started = (more: object) => exported().with(0, JSON.stringify({ ...header, ...more }))
  const with15 = (edit: (text: string) => string) => {
    const n = at(exported(), 15)
    return exported().with(n, edit(exported()[n] as string))
  }
  /** As text, 1 and one more are 11: the last entry of a tree of 11 then stands for all from 1 on. */
  const oneForAll = () => {
    const [leaf, form] = ['1', forms[10]]
    const line = JSON.stringify({ leaf, id: 'aud_10', hash: toBase64(hashes[10] as Hash), form })
    return [JSON.stringify({ ...header, from: leaf, peaks: frontierAt(10).peaks.map(toBase64) }), line, checkpointLine(noteAt(11))]
  }

  test.each<[string, () => string[], [string, number]]>([
    ['a beginning that is no number', oneForAll, ['unreadable', 0]],
    ['a beginning before the first entry', () => started({ from: -1 }), ['unreadable', 0]],
    ['subtrees before the first entry', () => started({ peaks: [toBase64(hashes[0] as Hash)] }), ['unreadable', 0]],
    ['a subtree that is no hash', () => started({ from: 1, peaks: ['AA=='] }), ['unreadable', 0]],
    ['a word in the header that nobody verifies', () => started({ note: 'Complete' }), ['unreadable', 0]],
    [
      'a member twice',
      () => with15((text) => text.replace('"form":', '"form":{"action":{"S":"user.unlocked"}},"form":')),
      ['unreadable', 15],
    ],
    ['a member that nobody verifies', () => edited(15, (line) => ({ ...line, note: 'Approved' })), ['unreadable', 15]],
    [
      'a checkpoint beside an entry',
      () => exported().map((text) => text.replace('{"checkpoint"', '{"leaf":1,"checkpoint"')),
      ['unreadable', 1],
    ],
    ['blanks in a line', () => with15((text) => text.replace('{"leaf":15', '{ "leaf":15')), ['unreadable', 15]],
    ['another id beside an entry', () => edited(15, (line) => ({ ...line, id: 'aud_7' })), ['changed', 15]],
    ['half a hash', () => edited(15, ({ leaf, id }) => ({ leaf, id, hash: 'AA==' })), ['unreadable', 15]],
  ])('%s', async (_what, tamper, found) => {
    expect(await findingOf(tamper(), { key: log.key, earlier: noteAt(3), allowRemoved: true })).toEqual(found)
  })
})

test('entries that went by their retention leave all others verified, where whoever verifies lets them', async () => {
  const lines = edited(15, ({ form: _gone, ...line }) => line)
  expect(await of(lines, { allowRemoved: true })).toMatchObject({ to: 40, removed: 1 })
})
