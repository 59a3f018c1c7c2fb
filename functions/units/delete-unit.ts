import { transitions } from '../../shared/resource/verbs.ts'
import { shrinks } from '../../shared/tree/tree.ts'
import { deleteUnit } from './contract.ts'
import { handsOver } from './owners.ts'
import { remove, units, unitTree } from './unit.ts'
import { countsNames } from './unit-names.ts'

export const handler = transitions(deleteUnit, units, async (unit, call) => {
  const tree = shrinks(unitTree, unit)
  const change = remove(unit, call.now)
  const handed = await handsOver(call, unit.id, { from: unit.ownerId })
  return { ...change, alongside: [...handed, tree, ...countsNames(change, call.organization)] }
})
