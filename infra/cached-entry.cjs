'use strict'
// The entry of a function beside whose code lies a V8 code cache (`code-cache.ts`). A cache is for one version of Node on one platform, as its
// name says; with any other, and where V8 refuses it, the code is compiled as ever.
const { existsSync, readFileSync } = require('node:fs')
const { setFlagsFromString } = require('node:v8')
const { Script } = require('node:vm')

const cache = `${__dirname}/${process.version}-${process.platform}-${process.arch}.cache`
// V8 compares its flags, and this one Lambda's runtimes are started with, or not. Node's own modules have caches for the flags of the start.
const isFlagged = 'gc' in globalThis
if (!isFlagged) setFlagsFromString('--expose-gc')
const script = new Script(readFileSync(`${__dirname}/code.js`, 'utf8'), {
  // Stacks name file and line as without a cache: the code begins on the second line, inside its wrapper.
  filename: __filename,
  lineOffset: -1,
  ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
})
if (!isFlagged) setFlagsFromString('--no-expose-gc')
script.runInThisContext().call(exports, exports, require, module, __filename, __dirname)
