import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { DynamoDBRecord } from 'aws-lambda'
import { organizationUpdated } from '../../events/organizations.ts'
import { config } from '../../shared/config.ts'
import type { DomainEvent } from '../../shared/event.ts'
import { newId, ulidOf } from '../../shared/ids.ts'
import { openCheckpoint } from '../../shared/merkle/checkpoint.ts'
import { type Examined, examine, Finding } from '../../shared/merkle/examine.ts'
import { leafOf } from '../../shared/merkle/leaf.ts'
import { fromBase64, readVerifier } from '../../shared/merkle/note.ts'
import { holdsConsistency, holdsInclusion } from '../../shared/merkle/proof.ts'
import { hashesOf } from '../../shared/merkle/tile.ts'
import { EMPTY, growAll, rootOf } from '../../shared/merkle/tree.ts'
import { openSigner } from '../../shared/signing.ts'
import { type Attributes, toAttributes } from '../../shared/store/attributes.ts'
import { auditId, auditKey } from '../../shared/store/audit-keys.ts'
import type { Key } from '../../shared/store/keys.ts'
import { meter } from '../../shared/store/meter.ts'
import { checkpointKey, leavesKey, tileKey } from '../../shared/store/sealed-keys.ts'
import { type Item, tableFor } from '../../shared/store/table.ts'
import { openTenant } from '../../shared/store/tenant.ts'
import { logger } from '../../shared/telemetry.ts'
import { type Person, workbench } from '../../test/workbench.ts'
import { toEntry } from '../audit/audit-entry.ts'
import { rowKeys } from '../audit/audit-store.ts'
import { handler as onAnyEvent } from '../audit/on-any-event.ts'
import { getConsistencyProof, getInclusionProof, getLatestCheckpoint, listCheckpoints } from './contract.ts'
import { exportPiece } from './door.ts'
import { handler as proveConsistency } from './get-consistency-proof.ts'
import { handler as proveInclusion } from './get-inclusion-proof.ts'
import { handler as latest } from './get-latest-checkpoint.ts'
import { handler as list } from './list-checkpoints.ts'
import { handler as seal } from './seal.ts'
import { sealEntries } from './seal-entries.ts'
import { sealMissed, handler as sealMissedEverywhere } from './seal-missed.ts'

const bench = workbench()

const eventOf = (organizationId: string, n: number, epochMs: number): DomainEvent => ({
  id: newId('evt', epochMs),
  type: organizationUpdated.name,
  version: 1,
  schemaVersion: 1,
  aggregateType: 'organization',
  aggregateId: organizationId,
  organizationId,
  timestamp: new Date(epochMs).toISOString(),
  data: { n },
  changes: { name: { old: `Acme ${n}`, new: `Acme ${n + 1}` } },
  metadata: { actorId: 'usr_1', actorKind: 'member', correlationId: 'c', requestId: `r${n}`, source: 's' },
})

const table = () => tableFor(undefined, meter())

/** The stream's record of an entry, as it stands in the table. */
async function recordsOf(organizationId: string, ids: readonly string[]): Promise<DynamoDBRecord[]> {
  const items = await table().read(ids.map((id) => auditKey(organizationId, id)))
  return items.map((item, n) => {
    const NewImage = toAttributes(item as Item) as NonNullable<DynamoDBRecord['dynamodb']>['NewImage']
    return { eventName: 'INSERT', dynamodb: { SequenceNumber: `${organizationId}${n}`, ...(NewImage ? { NewImage } : {}) } }
  })
}

const NOW = Date.now()

/** Entries, `apart` milliseconds from one to the next; gives their ids. */
async function written(organizationId: string, count: number, apart = 1, begin = NOW - count * apart): Promise<string[]> {
  const events = Array.from({ length: count }, (_, n) => eventOf(organizationId, n, begin + n * apart))
  for (let n = 0; n < count; n += 50) expect(await bench.react(onAnyEvent, ...events.slice(n, n + 50))).toEqual([])
  return events.map(({ id }) => auditId(id))
}

const sealed = async (organizationId: string, ids: readonly string[]) => seal({ Records: await recordsOf(organizationId, ids) })

async function* linesOf(organizationId: string, from = 0): AsyncGenerator<string> {
  for (let at = from, isFirst = true, isLast = false; !isLast; isFirst = false) {
    const piece = await exportPiece(bench.tenant(organizationId), { from: at, isFirst })
    yield* piece.lines
    ;({ next: at, isLast } = piece)
  }
}
const examined = (organizationId: string, options?: Parameters<typeof examine>[1], from = 0): Promise<Examined> =>
  examine(linesOf(organizationId, from), options)

async function idsIn(organizationId: string): Promise<string[]> {
  const ids: string[] = []
  for await (const line of linesOf(organizationId)) ids.push(...[JSON.parse(line)].flatMap(({ id }) => id ?? []))
  return ids
}

const newOrganization = () => newId('org')

describe('sealing', () => {
  test('gives each entry one place, and signs what they make', async () => {
    const org = newOrganization()
    const ids = await written(org, 5)
    expect(await sealed(org, ids)).toEqual({ batchItemFailures: [] })
    expect(await examined(org)).toMatchObject({ from: 0, to: 5, checkpoints: 1, origin: `localhost:3000/audit/${org}` })
    expect(await idsIn(org)).toEqual(ids)
  })
  test('what comes again, in part or in another order, changes nothing', async () => {
    const org = newOrganization()
    const ids = await written(org, 30)
    await sealed(org, ids.slice(0, 20))
    const before = await idsIn(org)
    await sealed(org, ids.slice(5, 20).toReversed())
    expect(await idsIn(org)).toEqual(before)
    await sealed(org, ids.slice(10))
    expect(await idsIn(org)).toEqual([...before, ...ids.slice(20)])
  })
  test('an entry that comes late has its place behind those that were there', async () => {
    const org = newOrganization()
    const ids = await written(org, 10, 60_000)
    await sealed(org, ids.slice(5))
    await sealed(org, ids)
    await sealed(org, ids)
    expect(await idsIn(org)).toEqual([...ids.slice(5), ...ids.slice(0, 5)])
    expect(await examined(org)).toMatchObject({ to: 10, checkpoints: 2 })
  })
  test('of many who seal the same at once one tree comes, with each entry in it once', async () => {
    const org = newOrganization()
    const ids = await written(org, 60)
    const parts = [ids.slice(0, 40), ids.slice(20), ids.toReversed(), ids.slice(30, 50), ids.slice(0, 10)]
    for (const { batchItemFailures } of await Promise.all(parts.map((part) => sealed(org, part)))) expect(batchItemFailures).toEqual([])
    expect((await idsIn(org)).toSorted()).toEqual(ids)
    expect(await examined(org)).toMatchObject({ to: 60 })
  })
  test('tenants of one batch have a tree each, and one that cannot be written holds up no other', async () => {
    const [one, other] = [newOrganization(), newOrganization()]
    const [ofOne, ofOther] = [await written(one, 3), await written(other, 2)]
    const Records = [...(await recordsOf(one, ofOne)), ...(await recordsOf(other, ofOther))]
    const refuse = (operation: string, input: object) => {
      if (operation === 'TransactWriteItems' && JSON.stringify(input).includes(one)) throw new Error('This one is out of order.')
      return undefined
    }
    const { batchItemFailures } = await bench.whileTable(refuse, () => seal({ Records }))
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted()).toEqual([0, 1, 2].map((n) => `${one}${n}`))
    expect([await idsIn(one), await idsIn(other)]).toEqual([[], ofOther])
    expect(await seal({ Records })).toEqual({ batchItemFailures: [] })
    expect([await idsIn(one), await idsIn(other)]).toEqual([ofOne, ofOther])
  })
  test('other things of the stream are no entries, nor are the rows that list them', async () => {
    const org = newOrganization()
    const event = eventOf(org, 0, NOW)
    expect(await bench.react(onAnyEvent, event)).toEqual([])
    const rows = await table().read(rowKeys(org, toEntry(event)))
    expect(rows.length).toBeGreaterThan(0)
    const images = [{ pk: { S: `TENANT#${org}#USER#usr_1` }, sk: { S: 'aud_x' } }, ...rows.map((row) => toAttributes(row as Item))]
    const Records = images.map((NewImage) => ({ dynamodb: { NewImage } })) as DynamoDBRecord[]
    expect(await seal({ Records })).toEqual({ batchItemFailures: [] })
    expect(await idsIn(org)).toEqual([])
  })
})

describe('what the stream lost', () => {
  test('is sealed from the record itself, and nothing else again, over the turn of a month too', async () => {
    const org = newOrganization()
    const day = 86_400_000
    const ids = [...(await written(org, 3, 1, NOW - 40 * day)), ...(await written(org, 4))]
    await sealed(org, ids.slice(1, 5))
    const stretch = { from: NOW - 41 * day, to: NOW }
    expect(await sealMissed(bench.tenant(org), stretch, await openSigner())).toBe(3)
    expect(await sealMissed(bench.tenant(org), stretch, await openSigner())).toBe(0)
    expect((await idsIn(org)).toSorted()).toEqual(ids)
    expect(await examined(org)).toMatchObject({ to: 7 })
  })
  test('is told of what was changed since it was sealed, and of what was kept from being sealed', async () => {
    const errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined)
    const org = newOrganization()
    const ids = await written(org, 5, 20_000)
    await sealed(org, ids.slice(0, 3))
    const put = (Item: Item) => table().put({ TableName: config.tableName, Item })
    const [entry = {}] = await table().read([auditKey(org, ids[1] ?? '')])
    await put({ ...entry, success: false })
    // A number that another has, and one that nobody has.
    for (const [id = '', first] of [
      [ids[3], 0],
      [ids[4], 1_000],
    ] as const)
      await put({ ...leavesKey(org, id), first, ids: ulidOf(id) })
    expect(await sealMissed(bench.tenant(org), { from: NOW - 3_600_000, to: NOW }, await openSigner())).toBe(0)
    const entryIds = [ids[1], ids[3], ids[4]]
    expect(errors.mock.calls).toEqual([['Entries are not what was sealed', { organizationId: org, entries: 3, entryIds }]])
    errors.mockRestore()
  })
  test('is looked for in every organization', async () => {
    const { organizationId } = await bench.founder()
    const ids = await written(organizationId, 2, 1, NOW - 3_600_000)
    await sealMissedEverywhere()
    expect(await idsIn(organizationId)).toEqual(ids)
  })
})

describe('sealing costs', () => {
  const costOf = async (leaves: Parameters<typeof sealEntries>[1], org: string) => {
    const counts = meter()
    const metadata = { actorId: 'system', actorKind: 'system' as const, correlationId: '', requestId: '', source: 'test' }
    await sealEntries(openTenant({ id: org, meter: counts, now: new Date().toISOString(), metadata }), leaves, await openSigner())
    return counts
  }
  const leavesOf = (count: number, begin: number) =>
    Array.from({ length: count }, (_, n) => ({ id: newId('aud', begin + n), hash: leafOf({ n: { N: String(begin + n) } }) }))

  test('a tenant where little happens 4 WRU an entry, in three trips', async () => {
    const org = newOrganization()
    for (let n = 0; n < 20; n++) {
      const { waves, readUnits, writeUnits } = await costOf(leavesOf(1, NOW + n * 60_000), org)
      expect({ waves, writeUnits }).toEqual({ waves: 3, writeUnits: 4 })
      expect(readUnits).toBeLessThanOrEqual(2)
    }
  })
  test('a tenant where much happens less than a fifth of one', async () => {
    const org = newOrganization()
    await costOf(leavesOf(1_000, NOW), org)
    const { readUnits, writeUnits } = await costOf(leavesOf(1_000, NOW + 1_000), org)
    expect(writeUnits / 1_000).toBeLessThan(0.2)
    expect(readUnits / 1_000).toBeLessThan(0.05)
  })
})

/** More than two full tiles, in steps of many sizes. */
const COUNT = 700
const STEPS = [1, 1, 1, 7, 90, 155, 1, 2, 250, 4, 188]

describe('a tree of several tiles', () => {
  const org = newOrganization()
  let ids: string[]
  beforeAll(async () => {
    ids = await written(org, COUNT)
    for (const [n, step] of STEPS.entries()) {
      const start = STEPS.slice(0, n).reduce((sum, each) => sum + each, 0)
      await sealed(org, ids.slice(start, start + step))
    }
  })

  test('is verified from its beginning, and from every checkpoint on', async () => {
    expect(await examined(org)).toMatchObject({ from: 0, to: COUNT, checkpoints: STEPS.length })
    expect(await examined(org, {}, 255)).toMatchObject({ from: 255, to: COUNT })
    await expect(examined(org, {}, 254)).rejects.toThrow('No checkpoint')
  })

  type Tamper = () => Promise<unknown>
  const put = async (key: Key, edit: (item: Item) => Item | undefined) => {
    const [item] = await table().read([key])
    const edited = edit(item as Item)
    const TableName = config.tableName
    if (edited) await table().put({ TableName, Item: { ...edited, ...key } })
    else await table().transact([{ Delete: { TableName, Key: key } }])
    return item as Item
  }
  /** As an insider with every right to the table would. */
  const edits = (keyOf: () => Key, edit: (item: Item) => Item | undefined): { tamper: Tamper; heal: Tamper } => {
    let kept: Item
    return {
      async tamper() {
        kept = await put(keyOf(), edit)
      },
      heal: () => table().put({ TableName: config.tableName, Item: kept }),
    }
  }
  const flipped = (bytes: unknown, at = 0) => Buffer.from(bytes as Uint8Array).map((byte, n) => (n === at ? byte ^ 1 : byte))
  const entry = (n: number) => () => auditKey(org, ids[n] as string)

  const matrix: [string, ReturnType<typeof edits>, [string, number]][] = [
    ['one byte of an entry changed', edits(entry(300), (item) => ({ ...item, packed: flipped(item.packed) })), ['changed', 300]],
    ['an open field of an entry changed', edits(entry(0), (item) => ({ ...item, success: false })), ['changed', 0]],
    ['a field put into an entry', edits(entry(699), (item) => ({ ...item, note: '' })), ['changed', 699]],
    ['an entry deleted', edits(entry(123), () => undefined), ['removed', 123]],
    [
      'an entry in the place of another',
      edits(entry(411), (item) => ({ ...item, createdAt: new Date(0).toISOString() })),
      ['changed', 411],
    ],
    // The tile holds the hashes of leaves 0 to 255: the entry of that leaf no longer goes with its hash.
    [
      'a full tile changed',
      edits(
        () => tileKey(org, { level: 0, index: 0 }),
        ({ hashes, ...item }) => ({ ...item, hashes: flipped(hashes, 32 * 9) }),
      ),
      ['changed', 9],
    ],
    [
      'the tail of a checkpoint changed',
      edits(
        () => checkpointKey(org, 512),
        ({ tail, ...item }) => ({ ...item, tail: flipped(tail) }),
      ),
      ['changed', 512],
    ],
    [
      'the note of a checkpoint changed',
      edits(
        () => checkpointKey(org, 100),
        (item) => ({ ...item, note: String(item.note).replace('\n255\n', '\n256\n') }),
      ),
      ['checkpoint', 100],
    ],
    [
      'a checkpoint deleted',
      edits(
        () => checkpointKey(org, 100),
        () => undefined,
      ),
      ['missing', 100],
    ],
    [
      'the ids of leaves in another order',
      edits(
        () => leavesKey(org, ids[3] as string),
        (item) => ({ ...item, ids: String(item.ids).split(' ').toReversed().join(' ') }),
      ),
      ['changed', 3],
    ],
    [
      'ids of leaves deleted',
      edits(
        () => leavesKey(org, ids[3] as string),
        () => undefined,
      ),
      ['removed', 3],
    ],
  ]
  test.each(matrix)('%s: whoever verifies is told where', async (_what, { tamper, heal }, found) => {
    await tamper()
    try {
      const finding = await examined(org).catch((error) => error)
      expect(finding).toBeInstanceOf(Finding)
      expect([finding.kind, finding.leaf]).toEqual(found)
    } finally {
      await heal()
    }
    expect(await examined(org)).toMatchObject({ to: COUNT })
  })
  test('history written anew by whoever has the key too does not go with a checkpoint that was kept', async () => {
    const other = newOrganization()
    const kept = await written(other, 6)
    await sealed(other, kept.slice(0, 3))
    const [{ note = '' } = {}] = (await table().read([checkpointKey(other, 0)])) as { note?: string }[]
    const { heal } = edits(
      () => checkpointKey(other, 0),
      (item) => item,
    )
    expect(heal).toBeDefined()
    for (const [key] of [[checkpointKey(other, 0)], [leavesKey(other, kept[0] as string)]] as [Key][]) await put(key, () => undefined)
    const hashOf = (n: number) => leafOf({ n: { N: String(n) } })
    await sealEntries(
      bench.tenant(other),
      kept.map((id, n) => ({ id, hash: hashOf(n) })),
      await openSigner(),
    )
    const finding = await examined(other, { earlier: note, allowRemoved: true }).catch((error) => error)
    expect([finding.kind, finding.leaf]).toEqual(['changed', 0])
  })
})

describe('the key signs nothing that somebody wrote in place of the sealer', () => {
  type Forged = Partial<Record<'size' | 'peaks' | 'note', unknown>>
  const sealedThree = async () => {
    const org = newOrganization()
    const ids = await written(org, 5)
    await sealed(org, ids.slice(0, 3))
    return { org, ids }
  }
  const noteOf = async (org: string) => String((await table().read([checkpointKey(org, 0)]))[0]?.note)
  const other = growAll(
    EMPTY,
    [1, 2, 3].map((n) => leafOf({ n: { N: String(n) } })),
  )

  test.each<[string, (org: string, head: Item) => Forged | Promise<Forged>]>([
    ['another history', () => ({ peaks: Buffer.concat(other.peaks) })],
    ['another size', () => ({ size: 2 })],
    ['peaks that only make up its root', (_org, { peaks }) => ({ peaks: rootOf({ size: 3, peaks: hashesOf(peaks as Uint8Array) }) })],
    ['a note of its own', async (org) => ({ note: (await noteOf(org)).replace('\n3\n', '\n4\n'), size: 4 })],
    ['the tree of another organization', async () => ({ note: await noteOf((await sealedThree()).org) })],
  ])('%s', async (_what, forge) => {
    const { org, ids } = await sealedThree()
    const [head = {}] = await table().read([checkpointKey(org, 0)])
    const put = (item: Item) => table().put({ TableName: config.tableName, Item: item })
    await put({ ...head, ...(await forge(org, head)) })
    expect((await sealed(org, ids)).batchItemFailures).toHaveLength(ids.length)
    expect(await table().read([checkpointKey(org, 3), checkpointKey(org, 4)])).toEqual([undefined, undefined])
    await put(head)
    expect(await sealed(org, ids)).toEqual({ batchItemFailures: [] })
    expect(await examined(org)).toMatchObject({ to: 5 })
  })

  test('an entry is sealed as it was first written, though it was put anew before it was sealed', async () => {
    const org = newOrganization()
    const [id = ''] = await written(org, 1)
    const [record] = await recordsOf(org, [id])
    const anew = { dynamodb: { SequenceNumber: '1', NewImage: { ...record?.dynamodb?.NewImage, success: { BOOL: false } } } }
    expect(await seal({ Records: [record, anew] as DynamoDBRecord[] })).toEqual({ batchItemFailures: [] })
    expect(await examined(org)).toMatchObject({ to: 1 })
  })
})

describe('proofs by the API', () => {
  let ada: Person
  let bea: Person
  let ids: string[]
  beforeAll(async () => {
    ada = await bench.founder()
    bea = await bench.founder()
    ids = await written(ada.organizationId, 300)
    expect((await bench.request(latest, getLatestCheckpoint, { as: ada })).body.code).toBe('NOT_SEALED_YET')
    for (const [from, to] of [
      [0, 1],
      [1, 260],
      [260, 290],
    ] as const)
      await sealed(ada.organizationId, ids.slice(from, to))
  })
  const prove = (query: Record<string, string>, as = ada) => bench.request(proveInclusion, getInclusionProof, { as, query })
  const compare = (query: Record<string, string>, as = ada) => bench.request(proveConsistency, getConsistencyProof, { as, query })

  test('checkpoints are listed newest first, and each opens with its key', async () => {
    const { body } = await bench.request(list, listCheckpoints, { as: ada, query: { limit: '2' } })
    expect(body.data.map(({ treeSize }: { treeSize: number }) => treeSize)).toEqual([290, 260])
    expect(body.meta.nextCursor).not.toBeNull()
    const newest = (await bench.request(latest, getLatestCheckpoint, { as: ada })).body.data
    expect(newest).toEqual(body.data[0])
    expect(openCheckpoint(newest.note, readVerifier(newest.key))).toMatchObject({ size: 290, root: fromBase64(newest.rootHash) })
  })
  test('every entry is shown to stand in every tree that it is in', async () => {
    for (const [leaf, treeSize] of [
      [0, 1],
      [0, 290],
      [255, 260],
      [256, 290],
      [289, 290],
      [17, 255],
      [200, 281],
    ] as const) {
      const { status, body } = await prove({ entryId: ids[leaf] as string, treeSize: String(treeSize) })
      expect([status, body.data?.leafIndex]).toEqual([200, leaf])
      const { path, form, checkpoint } = body.data
      const isKnown = [1, 260, 290].includes(treeSize)
      expect(checkpoint !== null).toBe(isKnown)
      if (!isKnown) continue
      const { root } = openCheckpoint(checkpoint.note, readVerifier(checkpoint.key))
      expect(holdsInclusion({ leaf, size: treeSize, hash: leafOf(form), path: path.map(fromBase64), root })).toBe(true)
    }
  })
  test('every tree is shown to begin with each before it', async () => {
    for (const [from, to] of [
      [1, 260],
      [1, 290],
      [260, 290],
      [290, 290],
    ] as const) {
      const { data } = (await compare({ from: String(from), to: String(to) })).body
      const open = ({ note, key }: { note: string; key: string }) => openCheckpoint(note, readVerifier(key))
      const [fromRoot, toRoot] = [open(data.fromCheckpoint).root, open(data.toCheckpoint).root]
      expect(holdsConsistency({ from, to, path: data.path.map(fromBase64), fromRoot, toRoot })).toBe(true)
    }
    expect((await compare({ from: '100' })).body.data).toMatchObject({ from: 100, to: 290, fromCheckpoint: null })
  })
  test('what is not sealed yet, what there is not and what the tree never was are told apart', async () => {
    expect((await prove({ entryId: ids[295] as string })).body.code).toBe('NOT_SEALED_YET')
    for (const entryId of [newId('aud'), 'aud_zzzzzzzzzzzzzzzzzzzzzzzzzz', 'aud_00000000000000000000000000'])
      expect((await prove({ entryId })).status).toBe(404)
    expect((await prove({ entryId: ids[5] as string, treeSize: '5' })).body).toMatchObject({ code: 'TREE_TOO_SMALL' })
    expect((await prove({ entryId: ids[5] as string, treeSize: '291' })).body).toMatchObject({ code: 'TREE_TOO_SMALL' })
    expect((await compare({ from: '5', to: '4' })).body).toMatchObject({ code: 'TREE_TOO_SMALL' })
    expect((await compare({ from: '5', to: '291' })).body).toMatchObject({ code: 'TREE_TOO_SMALL' })
    expect((await compare({ from: '05' })).body.code).toBe('VALIDATION_ERROR')
  })
  test("another organization's entry is not there", async () => {
    expect((await prove({ entryId: ids[0] as string }, bea)).status).toBe(404)
    expect((await compare({ from: '0' }, bea)).body.code).toBe('NOT_SEALED_YET')
  })
  test('a proof costs as little in three trips as its tiles', async () => {
    const { cost } = await prove({ entryId: ids[100] as string })
    expect(cost.waves).toBeLessThanOrEqual(3)
  })
})

test('a refused signature, as one of KMS may be, seals nothing, and the entries come again', async () => {
  const org = newOrganization()
  const ids = await written(org, 2)
  const items = (await table().read(ids.map((id) => auditKey(org, id)))) as Item[]
  const leaves = ids.map((id, n) => ({ id, hash: leafOf(toAttributes(items[n] as Item) as Attributes) }))
  const broken = { ...(await openSigner()), sign: () => Promise.reject(new Error('KMS is out of order.')) }
  await expect(sealEntries(bench.tenant(org), leaves, broken)).rejects.toThrow('out of order')
  expect(await idsIn(org)).toEqual([])
})
