import { problemType } from '../../shared/errors.ts'

export const TOO_MANY_HOLDS = problemType(
  'TOO_MANY_HOLDS',
  409,
  'Too many legal holds stand at once. Release those that are not needed any more.',
)
