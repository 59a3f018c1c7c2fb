/** The door of this context: what others may ask of it. */
export { units } from './unit.ts'
