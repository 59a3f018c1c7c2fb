// `node --import` this: tells the parent, when the program has done its work, which modules of the project it was made of. The program ends
// with its parent.
import { registerHooks } from 'node:module'
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const loaded = new Set<string>()

registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:') && !url.includes('/node_modules/')) {
      loaded.add(relative(process.cwd(), fileURLToPath(url)).replaceAll(sep, '/'))
    }
    return nextLoad(url, context)
  },
})
process.once('beforeExit', () => process.send?.([...loaded]))
process.once('disconnect', () => process.exit(1))
// Listening for it would keep the program alive.
process.channel?.unref()
