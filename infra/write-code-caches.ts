// Started by `code-cache.ts`, in a process with the flags that the caches are for: writes one beside the code in each folder it is given.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Script } from 'node:vm'

for (const folder of process.argv.slice(2)) {
  const filename = join(folder, 'index.js')
  const script = new Script(readFileSync(join(folder, 'code.js'), 'utf8'), { filename, lineOffset: -1 })
  const loaded = { exports: {} }
  // Only what has run is compiled whole, and a module of ours does nothing when it is loaded but make its constants.
  script.runInThisContext().call(loaded.exports, loaded.exports, createRequire(filename), loaded, filename, folder)
  writeFileSync(join(folder, `${process.version}-${process.platform}-${process.arch}.cache`), script.createCachedData())
}
