import type { Workload } from './workload.ts'

/** What is measured, ours first. */
export const ENGINES = ['ours', 'casl', 'casbin', 'cedar'] as const

export interface Asked {
  engine: (typeof ENGINES)[number]
  workload: Workload['name']
}

export interface Measured {
  name: string
  /** Decisions a second, of the best of several spans. */
  perSecond: number
  answers: boolean[]
}
