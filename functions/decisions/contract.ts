export * from './contract/authzen.ts'
export * from './contract/denials.ts'
export * from './contract/evaluate.ts'
export { AskedResource } from './contract/fields.ts'
