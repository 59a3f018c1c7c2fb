/** The door of this context: what others may ask of it. */
export { toJob } from './present-job.ts'
export { visible } from './visible.ts'
