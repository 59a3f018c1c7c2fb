/** Everything that a caller can ask of the audit trail itself. */
export * from './contract/entries.ts'
export * from './contract/export.ts'
export * from './contract/record.ts'
export * from './problems.ts'
