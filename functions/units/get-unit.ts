import { reads } from '../../shared/resource/verbs.ts'
import { getUnit } from './contract.ts'
import { toUnit, units } from './unit.ts'

export const handler = reads(getUnit, units, (unit, { organization }) => toUnit(unit, organization))
