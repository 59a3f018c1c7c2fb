import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { auditKey } from '../../shared/store/audit-keys.ts'
import { eventually, founder, type Someone } from './journey.ts'
import { table } from './meanwhile.ts'

let ada: Someone
const folder = mkdtempSync(join(tmpdir(), 'tessera-proofs-'))
beforeAll(async () => {
  ada = await founder()
})
afterAll(() => rmSync(folder, { recursive: true }))

function run(path: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['verify/tessera-verify.mjs', path, ...args], { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

function verify(answer: object, ...args: string[]) {
  const file = join(folder, 'proof.json')
  writeFileSync(file, JSON.stringify(answer))
  return run(file, ...args)
}

/** The folder of an export of all that is sealed. */
async function exported(): Promise<string> {
  const { id } = (await ada.api.exportAuditLogs({ body: { format: 'verifiable' } })).data
  const { data } = await eventually(
    () => ada.api.getAuditExport({ params: { id } }),
    (found) => ['succeeded', 'failed'].includes(found.data.status),
  )
  expect(data).toMatchObject({ status: 'succeeded', failure: null })
  const here = mkdtempSync(join(folder, 'export-'))
  for (const { fileName, url } of data.files) writeFileSync(join(here, fileName), Buffer.from(await (await fetch(url)).arrayBuffer()))
  return here
}

/** One byte of what an entry holds. */
async function tamperWith(id: string): Promise<void> {
  const { client, TableName } = table()
  const { Item } = await client.send(new GetCommand({ TableName, Key: auditKey(ada.organizationId, id) }))
  const packed = Uint8Array.from(Item?.packed as Uint8Array)
  packed[packed.length - 1] = (packed.at(-1) ?? 0) ^ 1
  await client.send(new PutCommand({ TableName, Item: { ...Item, packed } }))
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
  test('exports the record and verifies it to its last entry; of an export after a byte was changed in the table, is told which entry it is', async () => {
    const { data } = await ada.api.getLatestCheckpoint()
    const kept = join(folder, 'checkpoint.txt')
    writeFileSync(kept, data.note)
    const sure = ['--key', data.key, '--checkpoint', kept]
    const whole = run(await exported(), ...sure)
    const [, last, size] = /verified to entry (\d+), checkpoint (\d+)\./.exec(whole.said) ?? []
    expect([whole.status, Number(last)]).toEqual([0, Number(size) - 1])
    expect(Number(size)).toBeGreaterThanOrEqual(data.treeSize)

    const [entry] = (await ada.api.listAuditLogs({ query: { action: 'organization.updated' } })).data.items
    const { leafIndex } = (await ada.api.getInclusionProof({ query: { entryId: entry?.id ?? '' } })).data
    await tamperWith(entry?.id ?? '')
    const said = `CHANGED at entry ${leafIndex}. Entry ${leafIndex} (${entry?.id}) was changed after it was sealed.\n`
    expect(run(await exported(), ...sure)).toEqual({ status: 1, said })
  })
})
