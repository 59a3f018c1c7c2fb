import { expect, test } from '@jest/globals'
import { charge, meter } from './meter.ts'

const later = () => new Promise<void>((resolve) => setImmediate(resolve))

const ticking = async (ticks: number) => {
  for (let tick = 0; tick < ticks; tick++) await later()
}

test('commands in flight together are one wave, commands after one another as many', async () => {
  const counts = meter()
  await Promise.all([counts.during(later), counts.during(later), counts.during(later)])
  expect(counts.waves).toBe(1)
  await counts.during(later)
  await counts.during(later)
  expect(counts.waves).toBe(3)
})

test('a command that begins while another is in flight joins its wave', async () => {
  const counts = meter()
  const first = counts.during(async () => {
    await later()
    await later()
  })
  await later()
  await counts.during(later)
  await first
  expect(counts.waves).toBe(1)
})

test('where chains of commands run beside each other, the longest counts, however long each command takes', async () => {
  const besides = [
    [[1, 1], [3]],
    [[1, 1], [1]],
    [
      [2, 2],
      [1, 1],
    ],
    [
      [1, 2],
      [1, 2],
    ],
    [[5], [1, 1]],
  ]
  for (const chains of besides) {
    const counts = meter()
    const inTurn = async (times: number[]) => {
      for (const ticks of times) await counts.during(() => ticking(ticks))
    }
    await Promise.all(chains.map(inTurn))
    expect(counts.waves).toBe(2)
    await counts.during(later)
    expect(counts.waves).toBe(3)
  }
})

test('a failed command ends its wave like any other', async () => {
  const counts = meter()
  await expect(counts.during(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await counts.during(later)
  expect(counts.waves).toBe(2)
})

test('capacity adds up over commands and their tables', () => {
  const counts = meter()
  charge(counts, 'read', [{ CapacityUnits: 1.5 }, { CapacityUnits: 2 }])
  charge(counts, 'write', { CapacityUnits: 4 })
  charge(counts, 'write', undefined)
  charge(counts, 'read', {})
  expect(counts).toMatchObject({ readUnits: 3.5, writeUnits: 4 })
})
