// `node infra/builder.ts`, for `npm start`: bundles the functions that it is told, as often as it is told, and says of what each was made.
// It ends with whoever started it.
import { bundleRecipes } from './bundle.ts'

interface Order {
  /** Where a folder for each function holds its recipe, and will hold its code. */
  outdir: string
  names: string[]
}

/** By name: paths from the project's root, or what is wrong. */
type Built = Record<string, { inputs: string[] } | { error: string }>

async function build({ outdir, names }: Order): Promise<Built> {
  try {
    const inputs = await bundleRecipes(outdir, names)
    return Object.fromEntries([...inputs].map(([name, paths]) => [name, { inputs: paths }]))
  } catch (error) {
    const [only = ''] = names
    if (names.length === 1) return { [only]: { error: error instanceof Error ? error.message : String(error) } }
    // One of them spoils it for all: alone, each says what is wrong with itself.
    const alone: Built[] = []
    for (const name of names) alone.push(await build({ outdir, names: [name] }))
    return Object.assign({}, ...alone)
  }
}

process.on('message', async (order: Order) => process.send?.(await build(order)))
process.once('disconnect', () => process.exit())
