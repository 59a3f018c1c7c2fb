interface Given {
  /** Of CDK: cdk.json's, with what the command line says over it. */
  context: Record<string, unknown>
  /** What cdk.json says of the stage. */
  own: Record<string, unknown>
  stage: string
  known: readonly string[]
}

/** What CDK's own commands keep in the context under names without a colon. */
const ofCdk = ['acknowledged-issue-numbers', 'cli-telemetry']

/** CDK's flags and the look-ups that it remembers all have a colon in their names. */
const isOfCdk = (name: string) => name.includes(':') || ofCdk.includes(name)

/** A setting that nobody reads would be taken for one that holds: refuses it, with the name that was probably meant. */
export function refuseUnknown({ context, own, stage, known }: Given): void {
  const besideStage = ['stage', 'stages', ...(typeof context.ports === 'object' ? ['ports'] : [])]
  const beside = Object.keys(context).filter((name) => !isOfCdk(name) && !besideStage.includes(name))
  const unknown = [...Object.keys(own), ...beside].filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  const lines = unknown.map((name) => {
    const isInFile = Object.hasOwn(own, name)
    const meant = nearest(name, isInFile ? known : [...known, 'stage'])
    return `There is no setting ${name}${isInFile ? ` (stage ${stage} in cdk.json)` : ''}.${meant ? ` Did you mean ${meant}?` : ''}`
  })
  throw new Error(`${lines.join('\n')}\nThe settings are: ${known.join(', ')}.`)
}

/** The name that most likely was meant: at most a third of its letters differ. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((each) => ({ each, steps: distance(name.toLowerCase(), each.toLowerCase()) }))
    .sort((left, right) => left.steps - right.steps)
  return best && best.steps <= Math.ceil(best.each.length / 3) ? best.each : undefined
}

/** Levenshtein's. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, n) => n)
  for (const [i, letter] of [...left].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...right].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)))
    }
    row = next
  }
  return row[right.length] ?? 0
}
