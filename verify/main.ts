import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Examined, examine, Finding } from '../shared/merkle/examine.ts'
import { linesOf } from './lines.ts'
import { checkProof } from './proof.ts'

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

const told = ({ origin, from, to, removed, checkpoints, key }: Examined, isPinned: boolean) =>
  [
    `${origin}: verified to entry ${to - 1}, checkpoint ${to}.`,
    `${to - from} entries from ${from} on, ${checkpoints} checkpoints${removed > 0 ? `, ${removed} entries removed by retention` : ''}.`,
    ...(isPinned ? [] : [`The key is the export's own word: compare it with the one you know, or give that with --key.\n  ${key}`]),
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

try {
  console.log(await run(process.argv.slice(2)))
} catch (error) {
  console.error(
    error instanceof Finding ? `${error.kind.toUpperCase()} at entry ${error.leaf}. ${error.message}` : (error as Error).message,
  )
  process.exitCode = (error as NodeJS.ErrnoException).code === undefined ? 1 : 2
}
