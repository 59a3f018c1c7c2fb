/** The door of this context: what others may ask of it, and what must share a transaction with theirs. */
export { heldByGroup } from './granting.ts'
export { type Group, giveGroup, groups, groupTree, takeFromGroup } from './group.ts'
export { GROUP_UNKNOWN } from './problems.ts'
