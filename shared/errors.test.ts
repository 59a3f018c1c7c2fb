import { expect, test } from '@jest/globals'
import { isProblem, problem, problemType } from './errors.ts'

const LAST_PAGE = problemType('LAST_PAGE', 409, 'A book keeps one page.')

test("a context's failure is told like one of the kernel: by status, code and words", () => {
  expect(problem(LAST_PAGE)).toMatchObject({ status: 409, code: 'LAST_PAGE', message: 'A book keeps one page.' })
  expect(problem(LAST_PAGE, { message: 'Keep this page.' }).message).toBe('Keep this page.')
  expect(problem('NOT_FOUND')).toMatchObject({ status: 404, code: 'NOT_FOUND' })
})

test('a code that nobody states does not compile', () => {
  // @ts-expect-error: misspelt.
  expect(() => problem('NOT_FUOND')).toThrow()
  // @ts-expect-error: a context's own, which the kernel does not know.
  expect(() => problem('LAST_PAGE')).toThrow()
})

test('a failure is recognized among several, and nothing else is taken for one', () => {
  const error: unknown = problem(LAST_PAGE)
  expect([isProblem(error, 'CONFLICT', LAST_PAGE), isProblem(error, 'CONFLICT'), isProblem(error)]).toEqual([true, false, false])
  expect(isProblem({ code: 'CONFLICT' }, 'CONFLICT')).toBe(false)
})
