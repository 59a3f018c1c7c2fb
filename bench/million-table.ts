import { catalogue } from '../functions/catalogue.ts'
import { cascades, GIGABYTES, GOALS, longestMs, type Million, million, OWN_MS, REACTION_MS, WAVE_MS } from './million.ts'
import { prices } from './prices.ts'

const ROWS: [keyof Million, string][] = [
  ['api', 'API'],
  ['functions', 'functions'],
  ['table', 'table'],
  ['logs', 'logs'],
  ['bus', 'bus'],
  ['queues', 'queues'],
  ['total', '**together**'],
]

const routeOf = (name: string) => catalogue.find((each) => each.name === name)?.contract.route ?? name

const reactionsTo = (name: string) =>
  Object.entries(cascades[name]?.reactions ?? {}).map(([reaction, { times, rru, wru }]) => {
    const often = times === 1 ? '' : ` ${times} times,`
    return `\`${reaction}\` (${often ? `${often.trim()} ` : ''}${rru} RRU, ${wru} WRU)`
  })

const setOff = (names: readonly string[]) =>
  names.filter((name) => reactionsTo(name).length > 0).map((name) => `- \`${routeOf(name)}\` sets off ${reactionsTo(name).join(', ')}.`)

/** What a million calls come to, with all that they set off. */
export function millionSection(): string {
  const names = Object.keys(cascades)
  const sums = names.map(million)
  const tenMs = 10_000 * GIGABYTES * prices.gigabyteSecond
  const missed = Object.entries(GOALS).flatMap(([name, most]) => (million(name).total > most ? [`\`${routeOf(name)}\``] : []))
  return [
    '## A million calls',
    '',
    `In dollars, at the prices of ${prices.region} (\`bench/prices.ts\`), with every reaction to a change and to what that changes; a test runs them and`,
    'holds `bench/cascades.json` against what they take. Functions are warm, have 1 GB on arm64, and are assumed to take',
    `${OWN_MS} ms and ${WAVE_MS} a wave, a reaction or the relay ${REACTION_MS} ms: ten more add $${tenMs.toFixed(2)} each. Each message is taken from its queue alone, as where`,
    `little happens. Traces are passive and cost nothing; each that is \`sampled\` is $${prices.traces} a million. Not in it: mails ($${prices.mails} a million),`,
    'CloudFront and WAF, metrics, what is stored, and queues that are asked in vain.',
    '',
    `Goals: $${GOALS.getUser.toFixed(2)} a million reads by id, $${GOALS.createUser.toFixed(2)} a million creates with all that they set off.${missed.length > 0 ? ` Not met yet: ${missed.join(', ')}.` : ''} The first`,
    `holds as long as a read takes no more than ${longestMs('getUser', GOALS.getUser).toFixed(1)} ms, of which nothing is measured on Lambda yet.`,
    '',
    `| | ${names.map((name) => `\`${routeOf(name)}\``).join(' | ')} |`,
    `| --- | ${names.map(() => '--:').join(' | ')} |`,
    ...ROWS.map(([part, title]) => `| ${title} | ${sums.map((each) => each[part].toFixed(2)).join(' | ')} |`),
    '',
    ...setOff(names),
  ].join('\n')
}
