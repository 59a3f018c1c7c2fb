import { once } from 'node:events'
import { rmSync } from 'node:fs'

export default async function teardown() {
  const child = globalThis.stackUnderTest
  if (!child) return
  if (child.exitCode === null) {
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  }
  rmSync(process.env.TESSERA_TEST_DATA ?? '', { recursive: true, force: true })
}
