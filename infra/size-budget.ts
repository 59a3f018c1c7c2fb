import type { Part } from './parts.ts'

const KB = 1_024

/**
 * What the code of a function may weigh, in bytes: every start reads, compiles and runs all of it. A part of it that a function needs
 * beyond the ground is allowed for by what its contract says, so that a budget never has to be written by hand.
 */
export const GROUND_BYTES = 205 * KB
/** The flows of a sign-in; Cognito itself is asked by single calls. */
const COGNITO_BYTES = 12 * KB
const TOKENS_BYTES = 25 * KB
/** A V8 code cache beside the code: one and a half times as large; read only where it is used. */
export const CACHE_BYTES = 350 * KB

/** Takes a token without a gateway that has checked it. */
export const checksTokens = ({ rule }: Part) => typeof rule === 'object' && rule !== null && 'signedIn' in rule

export function budgetOf(part: Part): number {
  const calls = (service: string) => part.calls.some((action) => action.startsWith(`${service}:`))
  return GROUND_BYTES + (calls('cognito-idp') ? COGNITO_BYTES : 0) + (checksTokens(part) ? TOKENS_BYTES : 0)
}

/** Throws, listing them all, when functions weigh more than they may. */
export function checkSizes(parts: readonly Part[], sizes: ReadonlyMap<string, number>): void {
  const tooLarge = parts.flatMap((part) => {
    const [size, budget] = [sizes.get(part.name) ?? 0, budgetOf(part)]
    return size > budget ? [`  ${part.name}: ${size} of ${budget} bytes`] : []
  })
  if (tooLarge.length === 0) return
  throw new Error(
    `These functions are larger than their budget (infra/size-budget.ts). Look with esbuild's metafile for what they newly import:\n${tooLarge.join('\n')}`,
  )
}
