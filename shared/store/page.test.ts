import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { workbench } from '../../test/workbench.ts'
import { newId } from '../ids.ts'
import { tenantPartition } from './keys.ts'
import type { ListOptions } from './page.ts'
import { put, remove } from './writes.ts'

const bench = workbench()

interface Row {
  id: string
  even: boolean
}

const sortOf = (n: number) => `row#${String(n).padStart(4, '0')}`
const keyOf = (tenant: string, partition: string, n: number) => ({ pk: tenantPartition(tenant, partition), sk: sortOf(n) })

/** A list of numbered rows, spread over partitions, that can be changed while it is read. */
function newList(partitions = ['LIST']) {
  const tenant = bench.tenant(newId('org'))
  const partitionOf = (n: number) => partitions[n % partitions.length] as string
  const has = async (n: number) => (await tenant.read(keyOf(tenant.id, partitionOf(n), n)))[0] !== undefined
  return {
    add: (n: number) => tenant.commit(put(keyOf(tenant.id, partitionOf(n), n), { id: sortOf(n), even: n % 2 === 0 })),
    drop: async (n: number) => ((await has(n)) ? tenant.commit(remove(keyOf(tenant.id, partitionOf(n), n))) : undefined),
    page: (options: Partial<ListOptions<Row>> & { limit: number }) => tenant.list<Row>({ partitions, ...options }),
  }
}

/** Reads to the end; `between` runs after each page. Gives the ids in the order they came. */
async function walk(
  list: ReturnType<typeof newList>,
  options: Partial<ListOptions<Row>> & { limit: number },
  between = async () => undefined as unknown,
) {
  const ids: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await list.page({ ...options, cursor })
    expect(page.items.length).toBeLessThanOrEqual(options.limit)
    ids.push(...page.items.map(({ id }) => id))
    if (page.nextCursor === null) return ids
    cursor = page.nextCursor
    await between()
  }
}

const numbers = fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 25 })

describe('paging', () => {
  test('visits each item that stays exactly once, in order, while others come and go', async () => {
    await fc.assert(
      fc.asyncProperty(
        ...([numbers, numbers, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.boolean()] as const),
        async (first, changing, limit, partitions, filtered, descending) => {
          const list = newList(Array.from({ length: partitions }, (_, n) => `LIST#${n}`))
          await Promise.all(first.map(list.add))
          const turns = [...changing]
          const flip = async () => {
            const n = turns.pop()
            if (n !== undefined) await (first.includes(n) ? list.drop(n) : list.add(n))
          }
          const keep = filtered ? { keep: ({ even }: Row) => even } : {}
          const seen = await walk(list, { limit, order: descending ? 'descending' : 'ascending', ...keep }, flip)
          const touched = new Set(changing.map(sortOf))
          const staying = first
            .filter((n) => !filtered || n % 2 === 0)
            .map(sortOf)
            .filter((id) => !touched.has(id))
            .sort()
          expect(new Set(seen).size).toBe(seen.length)
          expect(seen).toEqual(descending ? seen.toSorted().reverse() : seen.toSorted())
          expect(seen.filter((id) => !touched.has(id)).sort()).toEqual(staying)
        },
      ),
      { numRuns: 40 },
    )
  })

  test.each([
    'ascending',
    'descending',
  ] as const)('walks an index by windows, %s, across their ends, also where a page ends with one', async (order) => {
    const tenant = bench.tenant(newId('org'))
    const windows = ['A', 'B', 'C'].map((name) => `WINDOW#${name}`)
    const numbers = [1, 2, 5, 11, 12, 13, 21, 29]
    const windowOf = (n: number) => windows[Math.floor(n / 10)] as string
    for (const n of numbers) {
      const indexed = { g1pk: tenantPartition(tenant.id, windowOf(n)), g1sk: sortOf(n) }
      await tenant.commit(
        put({ pk: tenantPartition(tenant.id, 'ROW', String(n)), sk: 'ITEM' }, { id: sortOf(n), even: n % 2 === 0, ...indexed }),
      )
    }
    const isBack = order === 'descending'
    const ends = isBack ? [sortOf(20), sortOf(10)] : [sortOf(10), sortOf(20)]
    const inOrder = isBack ? windows.toReversed() : windows
    const partitions = (after: string | undefined) => {
      const behind = ends.filter((end) => after !== undefined && (isBack ? after <= end : after >= end)).length
      const [partition, end] = [inOrder[behind], ends[behind]]
      return partition === undefined ? undefined : { partitions: [partition], ...(end ? { end } : {}) }
    }
    for (const limit of [1, 2, 3, 20]) {
      for (const bounds of [{}, { beginsWith: 'row#' }, { from: sortOf(2), to: sortOf(28) }]) {
        const seen: string[] = []
        for (let cursor: string | undefined; ; ) {
          const page = await tenant.list<Row>({ partitions, index: 'g1', order, limit, cursor, ...bounds, keep: ({ even }) => !even })
          seen.push(...page.items.map(({ id }) => id))
          if (page.nextCursor === null) break
          cursor = page.nextCursor
        }
        const within = numbers.filter((n) => n % 2 === 1 && (!('from' in bounds) || (n >= 2 && n <= 28))).map(sortOf)
        expect(seen).toEqual(isBack ? within.toReversed() : within)
      }
    }
  })

  test('ends without a cursor when the last page is full', async () => {
    const list = newList()
    await Promise.all([1, 2, 3, 4].map(list.add))
    const first = await list.page({ limit: 2 })
    const second = await list.page({ limit: 2, cursor: first.nextCursor ?? '' })
    expect([second.items.length, second.nextCursor]).toEqual([2, null])
  })

  test('keeps within a prefix or bounds, both inclusive', async () => {
    const list = newList()
    await Promise.all([1, 2, 3, 10, 11].map(list.add))
    expect(await walk(list, { limit: 2, beginsWith: 'row#001' })).toEqual([sortOf(10), sortOf(11)])
    expect(await walk(list, { limit: 2, from: sortOf(2), to: sortOf(10) })).toEqual([sortOf(2), sortOf(3), sortOf(10)])
    expect(await walk(list, { limit: 2, from: sortOf(3) })).toEqual([sortOf(3), sortOf(10), sortOf(11)])
    expect(await walk(list, { limit: 2, to: sortOf(2) })).toEqual([sortOf(1), sortOf(2)])
  })

  test('takes no cursor that it did not hand out', async () => {
    const list = newList()
    await Promise.all([1, 2, 3].map(list.add))
    const { nextCursor } = await list.page({ limit: 1 })
    const forged = `${Buffer.from(JSON.stringify(['row#'])).toString('base64url')}.${nextCursor?.split('.')[1]}`
    for (const cursor of [forged, 'x', `${nextCursor}x`])
      await expect(list.page({ limit: 1, cursor })).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
  })

  test('gives a short page with a cursor rather than read on for ever', async () => {
    const list = newList()
    for (let from = 0; from < 1_100; from += 50) await Promise.all(Array.from({ length: 50 }, (_, n) => list.add(from + n)))
    const page = await list.page({ limit: 5, keep: ({ id }) => id === sortOf(1_099) })
    expect(page.items).toEqual([])
    expect(page.nextCursor).not.toBeNull()
    const rest = await list.page({ limit: 5, keep: ({ id }) => id === sortOf(1_099), cursor: page.nextCursor ?? '' })
    expect(rest).toMatchObject({ items: [{ id: sortOf(1_099) }], nextCursor: null })
  })
})
