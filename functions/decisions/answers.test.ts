import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decide } from '../../shared/access/evaluate.ts'
import type { Resource } from '../../shared/access/model.ts'
import { asked, principalIn } from '../../shared/access/test-world.ts'
import { answerTo } from './answers.ts'
import type { Case } from './facts.ts'

const RUNS = { numRuns: 500 }

/** A question, somebody who asks it, and what they need to see what it is about. */
const inquired = asked.chain(({ of, question }) =>
  fc.record({
    question: fc.constant(question),
    asker: principalIn(of).map((principal) => ({ principal, environment: question.environment, now: question.now })),
    seeing: fc.constantFrom('users:read', 'reports:read'),
  }),
)

type Question = Parameters<typeof decide>[0]

const bareOf = (resource: Resource | undefined) => resource && { type: resource.type, ...(resource.id ? { id: resource.id } : {}) }

const caseOf = ({ permission, principal, resource, environment, now }: Question, seeing: string, isSelf: boolean): Case => ({
  permission,
  subject: { principal, isBarred: false, ...(isSelf ? {} : { seenAs: { type: 'user', id: principal.id } }) },
  bare: bareOf(resource),
  ...(resource ? { known: { facts: resource, seeing } } : {}),
  environment: environment ?? {},
  now,
})

describe('an answer', () => {
  test('about oneself is what the request itself would meet', () => {
    fc.assert(
      fc.property(inquired, ({ question, seeing }) => {
        const asker = { principal: question.principal, environment: question.environment ?? {}, now: question.now }
        expect(answerTo(asker, caseOf(question, seeing, true), question.policy).allowed).toBe(decide(question).allowed)
      }),
      RUNS,
    )
  })

  test('about somebody else allows nothing that is not allowed, and hides nothing of what may be seen', () => {
    let [hidden, seen] = [0, 0]
    fc.assert(
      fc.property(inquired, ({ question, asker, seeing }) => {
        const { policy, resource } = question
        const { allowed, question: put } = answerTo(asker, caseOf(question, seeing, false), policy)
        if (!put) return
        const truth = decide(question).allowed
        expect(allowed && !truth).toBe(false)
        const isSeen = !resource || decide({ ...asker, policy, permission: seeing, resource }).allowed
        if (isSeen) expect(allowed).toBe(truth)
        if (isSeen) seen++
        else hidden++
      }),
      { numRuns: 2_000 },
    )
    expect(seen).toBeGreaterThan(0)
    expect(hidden).toBeGreaterThanOrEqual(0)
  })

  test('about what may not be seen is the answer about what is not there', () => {
    fc.assert(
      fc.property(inquired, ({ question, asker, seeing }) => {
        const { policy, resource } = question
        const { known: _known, ...absent } = caseOf(question, seeing, false)
        const isSeen = resource && decide({ ...asker, policy, permission: seeing, resource }).allowed
        if (isSeen) return
        expect(answerTo(asker, caseOf(question, seeing, false), policy)).toEqual(answerTo(asker, absent, policy))
      }),
      RUNS,
    )
  })
})
