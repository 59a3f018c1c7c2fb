import type { Catalogued } from '../../shared/context.ts'
import type { Named } from '../../shared/endpoint.ts'

const MADE = '// Made from the manifests by `npm run contracts`; a check keeps it current.\n'

/** What the relay, the sweep and the audit trail have to know of every event, without its schema. */
export function knownEvents(events: readonly Catalogued[]): string {
  const line = ({ context, type: { name, keptDays, isDue } }: Catalogued) =>
    `  '${name}': { context: '${context}'${keptDays === undefined ? '' : `, keptDays: ${keptDays}`}${isDue ? ', isDue: true' : ''} },`
  return `${MADE}
interface KnownEvent {
  /** On the bus, \`source\` is \`tessera.<context>\`. */
  context: string
  /** Its audit entries go after so many days; without it they stay. */
  keptDays?: number
  /** The sweep makes it of what has fallen due, and no other. */
  isDue?: true
}

const known: Readonly<Record<string, KnownEvent>> = {
${events.map(line).join('\n')}
}

const ofType = (type: string) => (Object.hasOwn(known, type) ? known[type] : undefined)

/** EventBridge's \`source\` for a type. */
export const sourceOf = (type: string) => \`tessera.\${ofType(type)?.context ?? 'unknown'}\`

export const keptDaysOf = (type: string) => ofType(type)?.keptDays

export const isDueKind = (type: string) => ofType(type)?.isDue === true

/** Is it an event of the product? */
export const isKnown = (type: string) => ofType(type) !== undefined
`
}

/** Every permission, for whoever takes or shows names of them. */
export const knownPermissions = (permissions: ReadonlyMap<string, string>): string => `${MADE}
/** Every permission of the product, and what it lets its holder do. */
export const knownPermissions: Readonly<Record<string, string>> = {
${[...permissions]
  .toSorted(([one], [other]) => (one < other ? -1 : 1))
  .map(([name, meaning]) => `  '${name}': ${meaning.includes("'") ? JSON.stringify(meaning) : `'${meaning}'`},`)
  .join('\n')}
}
`

/** Every route, for the function that answers what none of them takes. */
export const knownRoutes = (catalogue: readonly Named[]): string => `${MADE}
export const routes = [
${catalogue.map(({ contract }) => `  '${contract.route}',`).join('\n')}
] as const
`
