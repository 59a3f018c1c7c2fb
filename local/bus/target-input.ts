export interface InputSettings {
  Input?: string
  InputPath?: string
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string }
}

/** What a rule's target is given for an event, as JSON text (or plain text, when a template makes one). */
export function targetInput(target: InputSettings, event: object, rule: { name: string; arn: string }): string {
  if (target.Input !== undefined) return target.Input
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath) ?? null)
  if (target.InputTransformer === undefined) return JSON.stringify(event)
  const { InputPathsMap = {}, InputTemplate } = target.InputTransformer
  const values = new Map<string, unknown>(Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(event, path)]))
  values.set('aws.events.rule-name', rule.name).set('aws.events.rule-arn', rule.arn).set('aws.events.event', event)
  values.set('aws.events.event.json', event).set('aws.events.event.ingestion-time', (event as { time?: string }).time)
  return fill(InputTemplate, values)
}

/** Placeholders within quotes become text, others JSON; one without value becomes nothing, as in EventBridge. */
function fill(template: string, values: Map<string, unknown>): string {
  let quoted = false
  return template.replace(/\\.|"|<([\w.-]+)>/gs, (token: string, name: string | undefined) => {
    if (token === '"') quoted = !quoted
    if (name === undefined || !values.has(name)) return token
    const value = values.get(name)
    if (value === undefined) return ''
    const json = JSON.stringify(value)
    if (!quoted) return json
    return typeof value === 'string' ? json.slice(1, -1) : JSON.stringify(json).slice(1, -1)
  })
}

/** A JSON path of names and indexes: `$`, `$.detail.id`, `$.resources[0]`. */
export function valueAt(event: unknown, path: string): unknown {
  if (!/^\$(\.[\w-]+|\[\d+\])*$/.test(path)) throw new Error(`the local stack reads no input path ${path}`)
  const steps = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? (index as string))
  return steps.reduce<unknown>(
    (value, step) => (value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[step] : undefined),
    event,
  )
}
