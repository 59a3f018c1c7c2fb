// `npm run synth` and `npm run deploy`: see `usage`.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { examplesLeft, fileContext, projectRoot, readStage, type Stage } from '../infra/stage.ts'

const usage = `npm run synth  [-- --stage NAME] [-c NAME=VALUE]… [--quiet]
npm run deploy [-- --stage NAME] [-c NAME=VALUE]… [-- OPTIONS OF cdk deploy]

  synth       writes the templates of a stage, or of every stage, to cdk.out/NAME, checked by cdk-nag
  deploy      the same for one stage (default dev), and then \`cdk deploy --all\`
  --stage     a stage of cdk.json; -c stage=NAME says the same
  -c          a setting of the stage, in place of what cdk.json says: -c appUrl=https://app.my-company.com`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    stage: { type: 'string' },
    context: { type: 'string', short: 'c', multiple: true },
    quiet: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
const [command, ...cdkOptions] = positionals

const settings = Object.fromEntries((values.context ?? []).map(nameAndValue))
const context = (stage: string) => ({ ...settings, stage })
const chosen = values.stage ?? settings.stage

/** Ends the command where there is no value. */
function nameAndValue(setting: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? []
  if (name === undefined || value === undefined) {
    console.error(`-c takes NAME=VALUE, not ${setting}.`)
    process.exit(1)
  }
  return [name, value]
}

function run(path: string, args: string[], env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: ['inherit', env.TESSERA_REPORT ? 'pipe' : 'inherit', 'inherit'],
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text) => (output += text))
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code: code ?? 1, output })))
}

/** Bundles and synthesizes one stage, in a process of its own, so that CDK's memory is gone before the next. */
async function synth(name: string): Promise<Stage> {
  const stage = readStage({ ...fileContext(), ...context(name) })
  const outdir = join(projectRoot, 'cdk.out', name)
  rmSync(outdir, { recursive: true, force: true })
  const env = { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context(name)), TESSERA_REPORT: '1', TESSERA_LOCAL: '' }
  const { code, output } = await run('infra/app.ts', [], env)
  if (code !== 0) throw new Error(`Stage ${name} does not synthesize.`)
  console.log(`${name}: cdk.out/${name}`)
  for (const [stack, count] of Object.entries(JSON.parse(output) as Record<string, number>)) {
    if (!values.quiet) console.log(`  ${stack.padEnd(28)} ${String(count).padStart(3)} resources`)
  }
  return stage
}

async function whoDeploys(): Promise<string> {
  try {
    const { Arn, Account } = await new STSClient({ region: process.env.AWS_REGION ?? 'us-east-1' }).send(new GetCallerIdentityCommand({}))
    return `${Arn}, account ${Account}`
  } catch (error) {
    throw new Error(
      `AWS does not know who you are (${error instanceof Error ? error.message : error}).
Give credentials first: \`aws configure sso\` then \`aws sso login\`, and AWS_PROFILE; or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
The account needs \`npx cdk bootstrap\` once in the region.`,
    )
  }
}

async function deploy(name: string): Promise<number> {
  if (name === 'local') throw new Error('The stage local runs on this machine: `npm start`.')
  const examples = examplesLeft(readStage({ ...fileContext(), ...context(name) }))
  if (examples.length > 0) {
    throw new Error(`Stage ${name} still has the example's ${examples.join(', ')}. Change cdk.json, or say -c ${examples[0]}=….`)
  }
  console.log(`Deploying as ${await whoDeploys()}`)
  const stage = await synth(name)
  const { code } = await run('node_modules/aws-cdk/bin/cdk', ['deploy', '--all', '--app', join('cdk.out', name), ...cdkOptions])
  if (code === 0 && !stage.apiUrl) {
    console.log('\nTo sign in from /docs, deploy again with the ApiUrl above: -c apiUrl=… (or apiUrl in cdk.json).')
  }
  return code
}

try {
  if (values.help || (command !== 'synth' && command !== 'deploy')) console.log(usage)
  else if (command === 'deploy') process.exitCode = await deploy(chosen ?? 'dev')
  else for (const name of chosen ? [chosen] : Object.keys(fileContext().stages as object)) await synth(name)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
