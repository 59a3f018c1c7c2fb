// `npm run bench`: what starts take; `-- warm`: what calls of warm functions take; `-- access`: decisions beside other engines; `-- record`: proofs. A number is
// that of rounds.
import { benchAccess } from './access/run.ts'
import { benchRecord } from './record.ts'
import { benchStarts } from './start.ts'
import { benchWarm } from './warm.ts'

const given = process.argv.slice(2)
const rounds = given.map(Number).find((number) => number > 0)
if (given.includes('access')) await benchAccess()
else if (given.includes('record')) benchRecord()
else await (given.includes('warm') ? benchWarm(rounds) : benchStarts(rounds))
