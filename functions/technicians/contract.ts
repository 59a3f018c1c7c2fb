/** Everything that a caller can ask about technicians' access, by side. */
export * from './contract/customer.ts'
export * from './contract/provider.ts'
export * from './contract/schemas.ts'
export * from './problems.ts'
