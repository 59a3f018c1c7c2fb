import { decide, type Because as Path, type Question } from '../../shared/access/evaluate.ts'
import { type NearMiss, nearMissesOf, type Offers, type Remedy, remediesFor } from '../../shared/access/explain.ts'
import type { Condition, Environment, Policy, Principal } from '../../shared/access/model.ts'
import type { Case, Subject } from './facts.ts'

/** Answers of questions whose facts are read: pure, so that they can be asked again as more of the policy is known. */

/** Whoever asks. */
export interface Asker {
  principal: Principal
  environment: Environment
  now: string
}

export const ABOUT_OTHERS = 'role_assignments:read'

export interface Bar {
  reason: 'status' | 'expiry' | 'limit' | 'maker'
  condition?: Condition
}

export interface Answer {
  /** As it was put to the evaluator; absent where nobody is there that may be asked about. */
  question: Question | undefined
  allowed: boolean
  because: { holderId: string; path: Path }[]
  barredBy?: Bar
}

export const mayAskOf = (asker: Asker, { seenAs }: Subject, policy: Policy) =>
  !seenAs || decide({ ...asker, policy, permission: ABOUT_OTHERS, resource: seenAs }).allowed

function pathsOf(path: Path, principal: Principal): Answer['because'] {
  const { maker: above, ...own } = path
  return [{ holderId: principal.id, path: own }, ...(above && principal.maker ? pathsOf(above, principal.maker) : [])]
}

function barredBy(by: Condition | 'expiry' | 'maker'): Bar {
  return typeof by === 'string' ? { reason: by } : { reason: 'limit', condition: by }
}

/**
 * What stands in the way of knowing more: of what whoever asks may not see, only what they were told already counts. A grant that holds for
 * less holds for more, so nothing is allowed that would not be; and what they may do themselves, they may know.
 */
function questionOf(
  asker: Asker,
  { known, bare, permission, environment, now }: Case,
  { principal, seenAs }: Subject,
  policy: Policy,
): Question {
  const question = { policy, principal, permission, environment, now }
  if (!known) return { ...question, resource: bare }
  const whole = { ...question, resource: known.facts }
  const isSeen = decide({ ...asker, policy, permission: known.seeing, resource: known.facts }).allowed
  return isSeen || (!seenAs && decide(whole).allowed) ? whole : { ...question, resource: bare }
}

export function answerTo(asker: Asker, asked: Case, policy: Policy): Answer {
  const { subject } = asked
  if (!subject || !mayAskOf(asker, subject, policy)) return { question: undefined, allowed: false, because: [] }
  const question = questionOf(asker, asked, subject, policy)
  if (subject.isBarred) return { question, allowed: false, because: [], barredBy: { reason: 'status' } }
  const decision = decide(question)
  if (decision.allowed) return { question, allowed: true, because: pathsOf(decision.because, subject.principal) }
  return { question, allowed: false, because: [], ...(decision.barredBy ? { barredBy: barredBy(decision.barredBy) } : {}) }
}

export interface Explained {
  remedies: Remedy[][]
  nearMisses: NearMiss[]
}

const MOST_REMEDIES = 20

/** Why not, and what would let them; nothing would where something keeps them from anything. */
export function explain({ question, barredBy }: Answer, offers: Offers, policy: Policy): Explained {
  if (!question || (barredBy && barredBy.reason !== 'maker')) return { remedies: [], nearMisses: [] }
  const asked = { ...question, policy }
  return { remedies: remediesFor(asked, offers).slice(0, MOST_REMEDIES), nearMisses: nearMissesOf(asked) }
}
