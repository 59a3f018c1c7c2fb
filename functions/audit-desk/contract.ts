/** What people do with the audit trail, beside reading it. */
export * from './contract/activity.ts'
export * from './contract/exports.ts'
export * from './contract/holds.ts'
export * from './contract/searches.ts'
