/** As EventBridge says it of a pattern that it does not take. */
export class InvalidEventPattern extends Error {
  constructor(reason: string) {
    super(`Event pattern is not valid. Reason: ${reason}`)
    this.name = 'InvalidEventPatternException'
  }
}
