import { beforeAll, describe, expect, test } from '@jest/globals'
import { type Cost, costs } from '../../bench/costs.ts'
import type { Answer } from '../../client/call.ts'
import { catalogue } from '../../functions/catalogue.ts'
import type { Prepare } from './cost-call.ts'
import { callsOf } from './cost-calls.ts'
import { founder, type Someone } from './journey.ts'

/** The table of costs, held against what the running product measures of itself (`X-Cost`). It also sees a good answer of every route. */

let calls: Record<string, Prepare>
beforeAll(async () => {
  const [ada, bea, cleo, dora] = [await founder(), await founder(), await founder(), await founder()]
  calls = callsOf({ ada, bea, cleo, dora, provider: await founder('mss_provider') })
})

const QUIET = 10

/** Past ten calls a minute from one caller, each adds its count to a shared counter (`shared/serve/limit.ts`): one write, before the rest where public. */
function shareOf(headers: Headers, isPublic: boolean) {
  const [, limit = 0] = /q=(\d+)/.exec(headers.get('ratelimit-policy') ?? '') ?? []
  const [, left = 0] = /r=(\d+)/.exec(headers.get('ratelimit') ?? '') ?? []
  const counted = Number(limit) - Number(left) > QUIET
  return { waves: counted && isPublic ? 1 : 0, wru: counted ? 1 : 0 }
}

/** Once in ten seconds whoever asks for readiness also sends a pulse through the stream (`events/relay-lag.ts`): one trip, one write. */
const PULSE = { waves: 1, wru: 1 }

function costOf({ headers }: Answer<unknown>, isPublic: boolean): Cost {
  const told = Object.fromEntries((headers.get('x-cost') ?? '').split('; ').map((part) => part.split('=')))
  const share = shareOf(headers, isPublic)
  return { waves: Number(told.waves) - share.waves, sts: Number(told.sts), rru: Number(told.rru), wru: Number(told.wru) - share.wru }
}

const nobody = { api: {} } as Someone
const names = Object.keys(callsOf({ ada: nobody, bea: nobody, cleo: nobody, dora: nobody, provider: nobody }))

test('every route of the catalogue is measured, and every row of the table is a route', () => {
  const routes = catalogue.map(({ name }) => name)
  expect(
    names
      .map((name) => name.replace(/\+key$/, ''))
      .filter((name, n, all) => all.indexOf(name) === n)
      .sort(),
  ).toEqual(routes.sort())
  expect(Object.keys(costs).sort()).toEqual([...names].sort())
})

describe('in a warm function', () => {
  test.each(names)('%s answers well, and costs what the table says', async (name) => {
    const contract = catalogue.find((each) => each.name === name.replace(/\+key$/, ''))?.contract
    const warmUp = await (await calls[name]?.())?.()
    const answer = await (await calls[name]?.())?.()
    if (!warmUp || !answer || !contract) throw new Error(`There is no call of ${name}.`)
    expect([warmUp.status, answer.status]).toEqual([contract.status ?? 200, contract.status ?? 200])
    const { waves, sts, rru, wru } = costs[name] ?? ({} as Cost)
    const measured = costOf(answer, 'public' in contract)
    if (name === 'getReadiness' && measured.wru > 0)
      Object.assign(measured, { waves: measured.waves - PULSE.waves, wru: measured.wru - PULSE.wru })
    expect(measured).toEqual({ waves, sts, rru, wru })
  })
})
