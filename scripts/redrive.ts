// `npm run redrive -- <queue|all>` sends dead letters back to the queues they came from. Without arguments it lists what waits.
import { parseArgs } from 'node:util'
import { aim } from './redrive/aim.ts'
import { type DeadLetters, deadLetters, listText, sendBack } from './redrive/dead-letters.ts'

const USAGE = `npm run redrive                      lists the dead letters that wait
npm run redrive -- <queue>           sends those of one queue back: notifications-on-user-invited
npm run redrive -- all               sends all of them back
    --stage <name>   which deployment on AWS, with the credentials of your shell; default: the stack of npm start
    --data <folder>  where that stack keeps its state; default TESSERA_DATA, else .tessera`

async function sendAll(queues: readonly DeadLetters[]): Promise<void> {
  for (const each of queues) {
    if (each.waiting === 0) console.log(`${each.name}: nothing waits`)
    else console.log(`${each.name}: ${await sendBack(each)}`)
  }
}

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      stage: { type: 'string' },
      data: { type: 'string', default: process.env.TESSERA_DATA ?? '.tessera' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  })
  const [wanted] = positionals
  if (values.help || positionals.length > 1) {
    console.log(USAGE)
    return values.help ? 0 : 2
  }
  const prefix = aim(values)
  const queues = await deadLetters(prefix)
  const chosen = wanted === 'all' ? queues : queues.filter(({ name }) => name === wanted)
  if (wanted === undefined) console.log(listText(queues))
  else if (chosen.length > 0) await sendAll(chosen)
  else {
    console.error(`There is no queue ${wanted} under ${prefix}. These have dead letters of their own:\n${listText(queues)}`)
    return 1
  }
  return 0
}

try {
  process.exitCode = await run()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
