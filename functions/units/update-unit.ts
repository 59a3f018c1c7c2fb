import { mergePatch } from '../../shared/merge-patch.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { updateUnit } from './contract.ts'
import { handsOver, requireOwnership } from './owners.ts'
import { edit, fieldsOf, toUnit, units } from './unit.ts'
import { countsNames } from './unit-names.ts'

export const handler = transitions(
  updateUnit,
  units,
  async (unit, call) => {
    const { body, organization, now } = call
    const change = edit(unit, mergePatch(fieldsOf(unit), body ?? {}), now)
    if (!change) return undefined
    const { ownerId } = change.after
    const isHandedOver = ownerId !== unit.ownerId
    if (isHandedOver) await requireOwnership(call, { type: 'unit', id: unit.id }, ownerId)
    const handed = isHandedOver ? await handsOver(call, unit.id, { from: unit.ownerId, to: ownerId }) : []
    return { ...change, alongside: [...handed, ...countsNames(change, organization)] }
  },
  (unit, { organization }) => toUnit(unit, organization),
)
