/** Counts what a request costs: trips (commands in flight together are one wave) and capacity units. */
export interface Meter {
  /** Waves of table and Cognito calls. */
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
  return {
    waves: 0,
    credentials: 0,
    readUnits: 0,
    writeUnits: 0,
    async during(run) {
      if (inFlight++ === 0) this.waves++
      try {
        return await run()
      } finally {
        inFlight--
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
