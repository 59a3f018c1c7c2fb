/** Counts what a request costs: trips, one after another, and capacity units. */
export interface Meter {
  /**
   * Table and Cognito calls in the longest chain of them that waited for each other; calls made together are one wave. A call waited for
   * the one whose answer came last, or, where none is under way, for all before it.
   */
  waves: number
  /** STS calls for credentials that were not cached; apart, as they come once in 50 minutes. */
  credentials: number
  readUnits: number
  writeUnits: number
  /** Runs one command and counts it. */
  during<T>(run: () => Promise<T>): Promise<T>
}

export function meter(): Meter {
  let inFlight = 0
  let answered = 0
  return {
    waves: 0,
    credentials: 0,
    readUnits: 0,
    writeUnits: 0,
    async during(run) {
      const wave = (inFlight++ === 0 ? this.waves : answered) + 1
      this.waves = Math.max(this.waves, wave)
      try {
        return await run()
      } finally {
        inFlight--
        answered = wave
      }
    },
  }
}

interface Consumed {
  CapacityUnits?: number | undefined
}

/** Adds what DynamoDB says a command consumed. */
export function charge(counts: Meter, kind: 'read' | 'write', consumed: Consumed | Consumed[] | undefined) {
  for (const each of [consumed ?? []].flat()) {
    if (kind === 'read') counts.readUnits += each.CapacityUnits ?? 0
    else counts.writeUnits += each.CapacityUnits ?? 0
  }
}
