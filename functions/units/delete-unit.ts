import { transitions } from '../../shared/resource/verbs.ts'
import { deleteUnit } from './contract.ts'
import { remove, units } from './unit.ts'

export const handler = transitions(deleteUnit, units, (unit, { now }) => remove(unit, now))
