import { type Kind, PROMISED, type Row, rows } from './costs.ts'
import { millionSection } from './million-table.ts'

const HEAD = `# What a request costs

Made from \`bench/costs.json\` by \`npm run costs\`. A journey calls every endpoint in a warm function and holds this table against
what the product measured of itself; stages with \`strict\` send it with every answer as \`X-Cost\`.

- **Waves**: trips to the table and to Cognito; commands in flight together are one trip.
- **STS**: calls for credentials. They are kept 50 minutes for each tenant and function instance, so all but the first call in a
  tenant make none; a cold function makes one for the tenant and one for the look-ups it names.
- **RRU, WRU**: DynamoDB request units. A strong read takes one for each 4 KB, a query half of one; a write in a transaction takes two
  for each KB, and two more for each index entry; what is put by itself takes one of each.
- Past ten calls a minute from one caller to one endpoint, the shared rate counter takes one more WRU, beside the first trip (on public
  routes, ahead of it).

Promised: a read by id takes 1 wave and at most 4 RRU, a list 2 waves, a write 2 waves; a page of a search, of a list by role or of what is
filtered takes 3 waves at most, with 1 RRU for each item that a search or a role shows; a write takes at most 8 WRU for each aggregate
(a user, an organization, a session), 2 more for each index entry and 2 with an \`Idempotency-Key\`. At a provider's customer it is one
wave and at most 2 RRU more, since the customer decides, too. Every exception says why.
`

const TITLES: [Kind, string][] = [
  ['read', 'Reads'],
  ['list', 'Lists'],
  ['write', 'Writes'],
  ['sign-in', 'Sign-in flows'],
  ['page or probe', 'Pages and probes'],
]

const label = ({ name, route }: Row) => `\`${route}\`${name.endsWith('+key') ? ' with Idempotency-Key' : ''}`
const remark = ({ cost }: Row) => [cost.note && `(${cost.note})`, cost.why].filter(Boolean).join(' ')

function section([kind, title]: [Kind, string], all: readonly Row[]): string {
  const lines = all
    .filter((row) => row.kind === kind)
    .map((row) => {
      const { waves, sts, rru, wru } = row.cost
      return `| ${label(row)} | ${waves} | ${sts} | ${rru} | ${wru} | ${remark(row)} |`
    })
  const promise = PROMISED[kind] === undefined ? '' : `, ${PROMISED[kind]} ${PROMISED[kind] === 1 ? 'wave' : 'waves'}`
  return [`## ${title}${promise}`, '', '| endpoint | waves | STS | RRU | WRU | |', '| --- | --: | --: | --: | --: | --- |', ...lines].join(
    '\n',
  )
}

/** `docs/costs.md`, as it follows from the numbers. */
export function costsPage(): string {
  const all = rows()
  return `${[HEAD, millionSection(), ...TITLES.map((title) => section(title, all))].join('\n')}\n`
    .replace(/\n## /g, '\n\n## ')
    .replace(/\n{3,}/g, '\n\n')
}
