/** The door of this context: what others may ask of it. */
export { units, unitTree } from './unit.ts'
