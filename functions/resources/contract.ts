export * from './contract/resources.ts'
export * from './contract/types.ts'
