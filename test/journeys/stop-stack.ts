import { rmSync } from 'node:fs'

export default async function teardown() {
  const child = globalThis.stackUnderTest
  if (child && child.exitCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
  }
  if (process.env.TESSERA_TEST_DATA) rmSync(process.env.TESSERA_TEST_DATA, { recursive: true, force: true })
}
