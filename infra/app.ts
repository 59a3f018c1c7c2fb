// `node infra/app.ts` bundles the functions and synthesizes the CDK app of one stage: of `-c stage=…`, or, with TESSERA_LOCAL=1, of
// this machine, where each function is bundled (`builder.ts`) when it is first called. CDK_OUTDIR says where the cloud assembly goes.
import { join, resolve } from 'node:path'
import { catalogue, reactions, tasks } from '../functions/catalogue.ts'
import { bundle, writeRecipes } from './bundle.ts'
import { canCache, sayCache } from './code-cache.ts'
import { countResources } from './limits.ts'
import { allParts, partsOf } from './parts.ts'
import { createProduct } from './product.ts'
import { fileContext, projectRoot, readStage } from './stage.ts'

const given = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}') as Record<string, unknown>
const context = { ...fileContext(), ...given }

// `npm start` is in a hurry and builds what `npm run synth` has checked.
const hurried = process.env.TESSERA_LOCAL === '1'
if (hurried) process.env.CDK_VALIDATION = 'false'
// CDK would look up for each resource where it was made.
if (hurried) Error.stackTraceLimit = 0

try {
  const stage = readStage(context)
  const local = stage.name === 'local'
  const outdir = resolve(projectRoot, process.env.CDK_OUTDIR ?? join('cdk.out', stage.name))
  // Bundles for this machine are kept from one start to the next, whatever its ports.
  const codeDir = local ? join(projectRoot, 'cdk.out', 'functions') : join(outdir, 'functions')
  const parts = partsOf(catalogue, reactions, tasks)
  if (local) writeRecipes(allParts(parts), codeDir)
  else {
    console.error(sayCache())
    await bundle(allParts(parts), { outdir: codeDir, local, codeCache: canCache() })
  }
  // Without staging the functions stay where they were bundled, inside the project, so that they find the SDK in node_modules.
  const staging = local ? { 'aws:cdk:disable-asset-staging': true } : {}
  const app = {
    outdir,
    autoSynth: false,
    analyticsReporting: false,
    stackTraces: !hurried,
    treeMetadata: false,
    context: { ...context, ...staging },
  }
  const assembly = createProduct({ stage, parts, codeDir, checked: !hurried, app }).app.synth()
  const counts = countResources(assembly.stacks.map(({ stackName, template }) => ({ name: stackName, template })))
  if (process.env.TESSERA_REPORT === '1') console.log(JSON.stringify(counts))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
