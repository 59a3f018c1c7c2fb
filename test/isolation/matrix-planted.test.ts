import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { catalogue } from '../../functions/catalogue.ts'
import type { Named } from '../../shared/endpoint.ts'
import type { OrganizationGate, PrincipalGate } from '../../shared/serve/gates.ts'
import { workbench } from '../workbench.ts'
import { faults, type Row, rows } from './matrix.ts'
import { type Load, openMatrixWorld, type World } from './matrix-world.ts'

/** Kernels that admit wrongly in one thing each: a row of the matrix that lets one pass proves nothing. */

type Module = Record<string, unknown>
// biome-ignore lint/suspicious/noExplicitAny: a mutant stands in the place of whatever function.
type Any = (...given: any[]) => any

interface Planted {
  fault: string
  row: keyof typeof rows
  /** From the project's root. */
  module: string
  mutant: (actual: Module) => Record<string, Any>
}

const limitless = ({ asPrincipal }: Module) => ({
  asPrincipal: (gate: PrincipalGate) => {
    const { limits, expiresAt, ...free } = (asPrincipal as Any)(gate)
    return free
  },
})

/** As if the version of the first request were the version of all. */
function kept({ policySource }: Module) {
  const first = new Map<string, number>()
  return {
    policySource: (reader: unknown, gate: OrganizationGate) => {
      if (!first.has(gate.id)) first.set(gate.id, gate.policyVersion)
      return (policySource as Any)(reader, { ...gate, policyVersion: first.get(gate.id) })
    },
  }
}

const somebody = { id: 'usr_0', kind: 'member', status: 'active', firstName: '', lastName: '', email: '' }
const everything = [{ id: 'asg_0', permission: '*:*', scope: { type: 'organization' } }]

const planted: Planted[] = [
  ...(['expired', 'hours', 'address', 'service'] as const).map((row) => ({
    fault: 'overlooks what limits guests',
    row,
    module: 'shared/serve/principals.ts',
    mutant: limitless,
  })),
  { fault: 'keeps the policy it once read', row: 'revoked', module: 'shared/serve/policy.ts', mutant: kept },
  {
    fault: 'serves suspended organizations',
    row: 'suspended',
    module: 'shared/identity/door.ts',
    mutant: () => ({ shutBy: () => undefined }),
  },
  {
    fault: 'serves people of suspended providers',
    row: 'unsent',
    module: 'shared/identity/door.ts',
    mutant: () => ({ shutBy: () => undefined }),
  },
  { fault: 'takes sessions that are over', row: 'signedOut', module: 'shared/identity/door.ts', mutant: () => ({ isLive: () => true }) },
  { fault: 'overlooks that access ended', row: 'ended', module: 'shared/serve/admit.ts', mutant: () => ({ barredFor: () => undefined }) },
  {
    fault: 'asks API keys for no permission',
    row: 'powerless',
    module: 'shared/access/evaluate.ts',
    mutant: ({ decide, scopesOf }) => ({
      decide: (question) => (question.principal.kind === 'service' ? { allowed: true, because: {} } : (decide as Any)(question)),
      scopesOf: (question) => (question.principal.kind === 'service' ? [{ type: 'organization' }] : (scopesOf as Any)(question)),
    }),
  },
  {
    fault: 'takes whoever comes for a member',
    row: 'stranger',
    module: 'shared/serve/principals.ts',
    mutant: ({ callerIn }) => ({
      callerIn: (found, organization) => (callerIn as Any)(found, organization) ?? { ...somebody, assignments: everything },
    }),
  },
  ...(['expired', 'suspended', 'powerless'] as const).map((row) => ({
    fault: 'keeps no trace of refusals',
    row,
    module: 'shared/serve/admit.ts',
    mutant: () => ({ recordDenial: async () => undefined }),
  })),
]

const bench = workbench()
let world: World
beforeAll(async () => {
  world = await openMatrixWorld(bench, (file) => require(`../../${file}`))
})

const ENDPOINTS = ['getUnit', 'listUsers', 'createGroup', 'listNotifications']
const few = (catalogue as readonly Named[]).filter(({ name }) => ENDPOINTS.includes(name))

/** Along a row with modules that are loaded anew, the mutant among them. */
async function faultsWith({ row, module, mutant }: Planted, isPlanted: boolean): Promise<string[]> {
  jest.resetModules()
  const actual = () => jest.requireActual<Module>(`../../${module}`)
  if (isPlanted) jest.doMock(`../../${module}`, () => ({ ...actual(), ...mutant(actual()) }))
  const load: Load = (file) => require(`../../${file}`)
  try {
    return await faults(world, rows[row] as Row, few, load)
  } finally {
    jest.dontMock(`../../${module}`)
  }
}

describe.each(planted)('a kernel that $fault', (each) => {
  test(`is caught, by the row of ${rows[each.row].name}`, async () => {
    expect(await faultsWith(each, true)).not.toEqual([])
  })
  test('and caught for that alone', async () => {
    expect(await faultsWith(each, false)).toEqual([])
  })
})

test('every row has caught one', () => {
  expect(new Set(planted.map(({ row }) => row))).toEqual(new Set(Object.keys(rows)))
})
