// `npm run bench`: what starts take; `npm run bench -- warm`: what calls of warm functions take. A number is that of rounds.
import { benchStarts } from './start.ts'
import { benchWarm } from './warm.ts'

const given = process.argv.slice(2)
const rounds = given.map(Number).find((number) => number > 0)
await (given.includes('warm') ? benchWarm(rounds) : benchStarts(rounds))
