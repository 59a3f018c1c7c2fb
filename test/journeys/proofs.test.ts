import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { eventually, founder, type Someone } from './journey.ts'

let ada: Someone
const folder = mkdtempSync(join(tmpdir(), 'tessera-proofs-'))
beforeAll(async () => {
  ada = await founder()
})
afterAll(() => rmSync(folder, { recursive: true }))

function verify(answer: object, ...args: string[]) {
  const file = join(folder, 'proof.json')
  writeFileSync(file, JSON.stringify(answer))
  const { status, stdout, stderr } = spawnSync(process.execPath, ['verify/tessera-verify.mjs', file, ...args], { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

describe('a customer', () => {
  test('keeps a checkpoint, and is later shown by the verifier that nothing before it was changed', async () => {
    const first = await eventually(
      () => ada.api.getLatestCheckpoint(),
      ({ data }) => data.treeSize > 0,
    )
    await ada.api.updateOrganization({ body: { name: 'Renamed' } })
    const grown = await eventually(
      () => ada.api.getLatestCheckpoint(),
      ({ data }) => data.treeSize > first.data.treeSize,
    )
    expect(grown.data.key).toBe(first.data.key)
    const { data } = await ada.api.getConsistencyProof({ query: { from: String(first.data.treeSize), to: String(grown.data.treeSize) } })
    expect(data.fromCheckpoint?.note).toBe(first.data.note)
    expect(verify(data, '--key', first.data.key)).toMatchObject({ status: 0 })
  })
  test('is shown by the verifier that an act of theirs stands in the record, and not that another does', async () => {
    const found = await eventually(
      () => ada.api.listAuditLogs({ query: { action: 'organization.updated' } }),
      ({ data }) => data.items.length > 0,
    )
    const entryId = found.data.items[0]?.id ?? ''
    const { data } = await eventually(
      () => ada.api.getInclusionProof({ query: { entryId } }),
      (proof) => proof.data.checkpoint !== null,
    )
    expect(verify(data, '--key', data.checkpoint?.key ?? '')).toMatchObject({ status: 0, said: expect.stringContaining(entryId) })
    const told = { ...data, form: { ...data.form, actorId: { S: 'usr_somebody_else' } } }
    expect(verify(told)).toMatchObject({ status: 1, said: expect.stringContaining('is not what stands in the tree') })
  })
})
