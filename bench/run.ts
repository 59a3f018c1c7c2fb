// `npm run bench`: what starts take; `-- warm`: what calls of warm functions take; `-- access`: decisions beside other engines;
// `-- flat`: what requests cost among 100,000 units, groups and roles; `-- record`: proofs. A number is that of rounds.
import { spawnSync } from 'node:child_process'
import { benchAccess } from './access/run.ts'
import { benchRecord } from './record.ts'
import { benchStarts } from './start.ts'
import { benchWarm } from './warm.ts'

const given = process.argv.slice(2)
const rounds = given.map(Number).find((number) => number > 0)
/** The test of it, with more. */
function benchFlat() {
  const jest = [
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    'parts',
    '--testTimeout',
    '3600000',
    '--testPathPatterns',
    'access-flat',
  ]
  spawnSync(process.execPath, jest, { stdio: 'inherit', env: { ...process.env, TESSERA_NODES: '100000' } })
}

if (given.includes('access')) await benchAccess()
else if (given.includes('flat')) benchFlat()
else if (given.includes('record')) benchRecord()
else await (given.includes('warm') ? benchWarm(rounds) : benchStarts(rounds))
