import { problemType } from '../../shared/errors.ts'

export const METHOD_NOT_ALLOWED = problemType('METHOD_NOT_ALLOWED', 405, 'This address does not take that method; see the Allow header.')
