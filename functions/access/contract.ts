/** Everything that a caller can ask about roles, permissions and who was given them, by theme. */
export * from './contract/assignments.ts'
export * from './contract/permissions.ts'
export * from './contract/roles.ts'
