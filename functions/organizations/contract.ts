/** Everything that a caller can ask about organizations, by theme. */
export * from './contract/customers.ts'
export * from './contract/life-cycle.ts'
export * from './contract/own.ts'
export * from './contract/schemas.ts'
export * from './problems.ts'
