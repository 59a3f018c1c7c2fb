import { rmSync } from 'node:fs'

export default async function teardown() {
  await globalThis.engineUnderTest?.close()
  rmSync(process.env.TESSERA_TEST_PRODUCTS ?? '', { recursive: true, force: true })
}
