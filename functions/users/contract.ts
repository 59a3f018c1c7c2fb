/** Everything that a caller can ask about users, by theme. */
export * from './contract/credentials.ts'
export * from './contract/history.ts'
export * from './contract/invitations.ts'
export * from './contract/people.ts'
export * from './contract/roles.ts'
export * from './contract/schemas.ts'
export * from './contract/standing.ts'
export * from './problems.ts'
