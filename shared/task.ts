import type { DataNeeds } from './store/grants.ts'

/** A function that no caller reaches and no event triggers: what starts it, and what it needs. */
export interface Task extends DataNeeds {
  /** Its file, without folder `functions/` and ending: `identity/pre-token-generation`, `events/relay`. */
  name: string
  summary: string
  /** Exactly one of these starts it. */
  startedBy: { schedule: string } | { stream: true } | { cognito: 'PreTokenGeneration' | 'PreAuthentication' } | { command: true }
  /** As in an endpoint's contract. */
  keyring?: true
  /** IAM actions beyond the table, such as `events:PutEvents`. */
  calls?: readonly string[]
  timeoutSeconds?: number
}

export const task = <const T extends Omit<Task, 'name'>>(name: string, description: T) => ({ name, ...description })
