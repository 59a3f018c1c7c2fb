import type { DataNeeds } from './store/grants.ts'

/** A function that no caller reaches and no event triggers: what starts it, and what it needs. */
export interface Task extends DataNeeds {
  /** Its file, without folder `functions/` and ending: `identity/pre-token-generation`, `events/relay`. */
  name: string
  summary: string
  /** Exactly one of these starts it; of the stream, new events, or new audit entries. */
  startedBy:
    | { schedule: string }
    | { stream: true | 'audit entries' }
    | { cognito: 'PreTokenGeneration' | 'PreAuthentication' }
    | { command: true }
  /** As in an endpoint's contract. */
  keyring?: true
  /** It signs with the installation's key (`shared/signing.ts`). */
  signs?: true
  /** IAM actions beyond the table, such as `events:PutEvents`. */
  calls?: readonly string[]
  timeoutSeconds?: number
}

export const task = <const T extends Omit<Task, 'name'>>(name: string, description: T) => ({ name, ...description })
