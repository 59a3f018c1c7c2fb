export default async function teardown() {
  await globalThis.engineUnderTest?.close()
}
