/** Everything that a caller can ask about groups and who is in them, by theme. */
export * from './contract/groups.ts'
export * from './contract/members.ts'
