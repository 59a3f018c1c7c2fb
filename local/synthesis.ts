import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface SynthesisOptions {
  /** Of the project: where `infra/app.ts` lies. */
  root: string
  /** Where the cloud assembly is written. */
  outdir: string
  /** CDK context, besides that of cdk.json. */
  context: Record<string, unknown>
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
}

/**
 * Bundles the functions and synthesizes the CDK app in a process of its own, so that CDK's memory is gone when the stack runs.
 * `TESSERA_LOCAL` tells the app to bundle for this machine. Throws what the app printed when it fails.
 */
export async function synthesize({ root, outdir, context, signal, env = process.env }: SynthesisOptions): Promise<void> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'infra/app.ts')], {
    cwd: root,
    env: { ...env, CDK_OUTDIR: outdir, TESSERA_LOCAL: '1', CDK_CONTEXT_JSON: JSON.stringify(context) },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  })
  let output = ''
  const collect = (text: string) => {
    output += text
  }
  child.stdout.setEncoding('utf8').on('data', collect)
  child.stderr.setEncoding('utf8').on('data', collect)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`The app could not be built and synthesized:\n\n${readable(output)}`)
}

/** The message as the compiler or CDK wrote it, without the frames of Node and of packages below it. */
function readable(output: string): string {
  return output
    .replace(/^node:internal[\s\S]*?\n\n/m, '')
    .replace(/^\s+at .*(node:|node_modules).*\n/gm, '')
    .replace(/^Node\.js v[\d.]+$/m, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
