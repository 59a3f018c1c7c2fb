import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A file that the contract's `assets` name: on Lambda it lies beside the code, in a test at its place in the project. */
export function readAsset(path: string): Buffer {
  const root = process.env.LAMBDA_TASK_ROOT
  return readFileSync(root ? join(root, basename(path)) : path)
}
