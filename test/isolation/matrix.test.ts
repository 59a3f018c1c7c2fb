import { beforeAll, describe, expect, test } from '@jest/globals'
import { catalogue } from '../../functions/catalogue.ts'
import { isPublic, type Named } from '../../shared/endpoint.ts'
import { workbench } from '../workbench.ts'
import { faults, HEARD, heard, type Row, rows } from './matrix.ts'
import { type Load, openMatrixWorld, type World } from './matrix-world.ts'

/** Public endpoints are not in it: they take no token, and each says in its contract why. */
const signed = (catalogue as readonly Named[]).filter(({ contract }) => !isPublic(contract))
const load: Load = (file) => require(`../../${file}`)

const bench = workbench()
let world: World
beforeAll(async () => {
  world = await openMatrixWorld(bench, load)
})

test('every endpoint hears whoever may do everything, about something that is there', async () => {
  const seat = { actorId: world.ada.userId, sends: { as: world.ada } }
  const seen: Record<string, string> = {}
  for (const named of signed) seen[named.contract.route] = await heard(world, seat, named, load)
  expect(seen).toEqual(Object.fromEntries(signed.map(({ contract }) => [contract.route, HEARD])))
})

describe('no endpoint lets through', () => {
  test.each(Object.values(rows as Record<string, Row>))('$name', async (row) => {
    expect(await faults(world, row, signed, load)).toEqual([])
  })
})
