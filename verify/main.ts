import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Examined, examine, Finding } from '../shared/merkle/examine.ts'
import { linesOf } from './lines.ts'
import { checkProof, ownWord } from './proof.ts'

const USAGE = `tessera-verify <export.jsonl | folder of an export | proof.json> [options]

  --key <key>            the log's public key, as you learnt it another way; also a file that holds it
  --checkpoint <file>    a checkpoint that you kept from an earlier day
  --allow-removed        accept entries that went by their retention, of which only the hash is left

Ends with 0 where everything holds, with 1 where something does not, and with 2 where it could not be read.
`

const textIn = (path: string) => readFileSync(path, 'utf8')

const options = {
  key: { type: 'string' },
  checkpoint: { type: 'string' },
  'allow-removed': { type: 'boolean' },
  help: { type: 'boolean' },
} as const

/** A key has plus signs, a file's name seldom. */
const keyIn = (text: string) => (text.includes('+') ? text : textIn(text).trim())

const told = ({ origin, from, to, removed, lastRemoved, checkpoints, key }: Examined, isPinned: boolean) =>
  [
    `${origin}: verified to entry ${to - 1}, checkpoint ${to}.`,
    `${to - from} entries from ${from} on, ${checkpoints} checkpoints.`,
    // By retention or by hand: only their hashes are left, which tells no difference.
    ...(removed > 0 ? [`${removed} entries are gone, the last of them ${lastRemoved}: see that nothing so young may go.`] : []),
    ...(isPinned ? [] : [ownWord('export', key)]),
  ].join('\n')

async function run(args: string[]): Promise<string> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [path] = positionals
  if (values.help || path === undefined) return USAGE
  const given = {
    key: values.key === undefined ? undefined : keyIn(values.key),
    earlier: values.checkpoint === undefined ? undefined : textIn(values.checkpoint),
  }
  if (path.endsWith('.json')) return checkProof(textIn(path), given)
  return told(await examine(linesOf(path), { ...given, allowRemoved: values['allow-removed'] }), given.key !== undefined)
}

/** What is verified may hold what moves a cursor, or turns round what stands beside it. */
const plain = (text: string) => text.replace(/\p{C}/gu, '?')

try {
  console.log((await run(process.argv.slice(2))).split('\n').map(plain).join('\n'))
} catch (error) {
  const finding = error instanceof Finding ? `${error.kind.toUpperCase()} at entry ${error.leaf}. ` : ''
  console.error(plain(finding + (error as Error).message))
  process.exitCode = (error as NodeJS.ErrnoException).code === undefined ? 1 : 2
}
