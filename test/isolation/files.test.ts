import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { catalogue } from '../../functions/catalogue.ts'
import { partsOf } from '../../infra/parts.ts'
import { synthesizeProduct } from '../../infra/test-product.ts'
import { type Front, startFront } from '../../local/aws/front.ts'
import { createIam } from '../../local/iam/iam.ts'
import { type LocalS3, startS3 } from '../../local/s3/s3.ts'
import { createCredentials } from '../../local/sts/credentials.ts'
import { createSts } from '../../local/sts/sts.ts'
import { readDeployment } from '../../local/template/deployment.ts'
import type { Named } from '../../shared/endpoint.ts'
import { filesOf } from '../../shared/files/files.ts'
import { presignedUrl } from '../../shared/files/presign.ts'
import { newId } from '../../shared/ids.ts'
import { credentialsFor } from '../../shared/store/credentials.ts'
import { meter } from '../../shared/store/meter.ts'

/** A function's files over HTTP, on the roles and the bucket policy that are synthesized from what its contract says. */

const contract = { files: { reads: ['exports', 'imports'], writes: ['imports'] } } as const
const ports = { api: 3000, login: 3001, inbox: 3002, aws: 3003, dynamodb: 3004, s3: 3005 }
const dataDir = mkdtempSync(join(tmpdir(), 'tessera-files-'))
const before = { ...process.env }
const [ours, theirs] = [newId('org'), newId('org')]
let front: Front
let s3: LocalS3

beforeAll(async () => {
  const [planted] = (catalogue as readonly Named[]).slice(0, 1).map((each) => ({ ...each, contract: { ...each.contract, ...contract } }))
  if (!planted) throw new Error('The catalogue is empty')
  const product = synthesizeProduct({ stage: 'local' }, partsOf([planted], [], []))
  const deployment = readDeployment(product.assemblyDir, { ports })
  const iam = createIam(deployment)
  const credentials = createCredentials({ account: deployment.account, iam })
  front = await startFront({ port: 0, services: [createSts({ iam, credentials })], credentials, iam, log: () => undefined })
  s3 = await startS3({ deployment, port: 0, dataDir, credentials, iam, log: () => undefined })
  const lambda = deployment.ofType('AWS::Lambda::Function').find(({ ref }) => ref.includes(planted.context) && !ref.includes('any-other'))
  const own = credentials.forRole(String(lambda?.properties.Role))
  Object.assign(process.env, (lambda?.properties.Environment as { Variables: Record<string, string> }).Variables, {
    AWS_REGION: deployment.region,
    AWS_ENDPOINT_URL: front.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ACCESS_KEY_ID: own.accessKeyId,
    AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
    AWS_SESSION_TOKEN: own.sessionToken,
  })
})
afterAll(async () => {
  await front.close()
  await s3.close()
  rmSync(dataDir, { recursive: true })
  process.env = before
})

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const files = (id = ours, now = minutesAgo(0)) => filesOf(contract, { tenant: { id }, meter: meter(), now })
const form = (maxBytes = 100, now?: string) => files(ours, now).uploadForm('imports', { name: 'Leute.csv', type: 'text/csv', maxBytes })
const CSV = 'name\nAda\n'

async function post({ url, fields }: { url: string; fields: Record<string, string> }, content = CSV) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  body.append('file', new Blob([content]), 'whatever.csv')
  const reply = await fetch(url, { method: 'POST', body })
  return { status: reply.status, code: /<Code>(.*)<\/Code>/.exec(await reply.text())?.[1] }
}

async function download(url: string) {
  const reply = await fetch(url)
  const text = await reply.text()
  return { status: reply.status, text, code: /<Code>(.*)<\/Code>/.exec(text)?.[1], headers: Object.fromEntries(reply.headers) }
}

test('a file that comes in by a form is read, handed out to be saved under its name, and removed', async () => {
  const upload = await form()
  expect(await post(upload)).toEqual({ status: 204, code: undefined })
  expect(await files().head('imports', upload.key)).toMatchObject({ bytes: CSV.length, type: 'text/csv' })
  expect((await files().get('imports', upload.key)).toString()).toBe(CSV)
  const { url, expiresAt } = await files(ours, '2099-01-01T00:00:00.000Z').downloadUrl('imports', upload.key, { fileName: 'x' })
  expect([url.includes('20990101'), expiresAt]).toEqual([true, '2099-01-01T00:05:00.000Z'])
  const link = await files().downloadUrl('imports', upload.key, { fileName: 'Übersicht.csv' })
  expect(await download(link.url)).toMatchObject({
    status: 200,
    text: CSV,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="_bersicht.csv"; filename*=UTF-8\'\'%C3%9Cbersicht.csv',
    },
  })
  await files().remove('imports', upload.key)
  expect(await files().head('imports', upload.key)).toBeUndefined()
  await expect(files().get('imports', upload.key)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

describe('what a function stores', () => {
  test.each<[string, () => string | Uint8Array | Readable]>([
    ['a text', () => CSV],
    ['bytes', () => Buffer.from(CSV)],
    ['a stream', () => Readable.from(['name\n', 'Ada\n'])],
  ])('%s is there as it was, by parts too', async (_, body) => {
    const key = await files().put('imports', 'a b.csv', body(), 'text/csv')
    expect(key).toMatch(/^fil_\w{26}\/a-b\.csv$/)
    expect((await files().get('imports', key)).toString()).toBe(CSV)
    expect((await files().get('imports', key, { from: 5, to: 7 })).toString()).toBe('Ada')
    expect((await (await files().stream('imports', key, { from: 5 })).toArray()).join('')).toBe('Ada\n')
  })
  test('is not read past what is asked for, and not once it is another content', async () => {
    const upload = await form()
    await post(upload)
    const head = await files().head('imports', upload.key)
    await expect(files().get('imports', upload.key, { maxBytes: 3 })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    const same = { etag: head?.etag ?? '' }
    expect((await files().get('imports', upload.key, same)).toString()).toBe(CSV)
    await post(upload, 'other')
    await expect(files().get('imports', upload.key, same)).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' })
  })
})

describe('S3 refuses', () => {
  test.each([
    ['a file larger than the form says', {}, 'x'.repeat(101), 400, 'EntityTooLarge'],
    ['an empty file', {}, '', 400, 'EntityTooSmall'],
    ['another key of the tenant', { key: (key: string) => key.replace('Leute', 'Andere') }, CSV, 403, 'AccessDenied'],
    ["another tenant's key", { key: (key: string) => key.replace(ours, theirs) }, CSV, 403, 'AccessDenied'],
    ['another type', { 'Content-Type': () => 'text/html' }, CSV, 403, 'AccessDenied'],
    ['a field more', { acl: () => 'public-read' }, CSV, 403, 'AccessDenied'],
    ['a policy that was changed', { policy: (policy: string) => policy.replace('A', 'B') }, CSV, 403, 'SignatureDoesNotMatch'],
  ])('%s', async (_, changes, content, status, code) => {
    const upload = await form()
    const changed = Object.entries(changes).map(([name, change]) => [name, change(upload.fields[name] ?? '')])
    expect(await post({ ...upload, fields: { ...upload.fields, ...Object.fromEntries(changed) } }, content)).toEqual({ status, code })
    expect(await files().head('imports', upload.key)).toBeUndefined()
  })

  test('a form and a link that have ended', async () => {
    expect(await post(await form(100, minutesAgo(6)))).toEqual({ status: 403, code: 'AccessDenied' })
    const key = await files().put('imports', 'x', CSV, 'text/csv')
    expect(await download((await files(ours, minutesAgo(6)).downloadUrl('imports', key, { fileName: 'x' })).url)).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      text: expect.stringContaining('Request has expired'),
    })
  })

  test('a link after a quarter of an hour, whatever end it says', async () => {
    const key = await files().put('imports', 'x', CSV, 'text/csv')
    const credentials = await credentialsFor(ours, meter())
    const url = new URL(`${s3.url}/${process.env.TESSERA_BUCKET}/imports/${ours}/${key}`)
    const link = (minutes: number) =>
      presignedUrl(url, {}, { region: String(process.env.AWS_REGION), credentials, at: new Date(minutesAgo(minutes)), seconds: 86_400 })
    expect((await download(await link(14))).text).toBe(CSV)
    expect(await download(await link(16))).toMatchObject({ status: 403, text: expect.stringContaining('explicit deny') })
  })

  test("with one tenant's credentials every key of another", async () => {
    const key = await files(theirs).put('imports', 'x', CSV, 'text/csv')
    await expect(files().get('imports', key)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const by = { region: String(process.env.AWS_REGION), credentials: await credentialsFor(ours, meter()), at: new Date(), seconds: 60 }
    const addresses = [`imports/${theirs}/${key}`, `imports/${ours}x/${key}`, `imports/${ours}/../${theirs}/${key}`, `imports/${key}`]
    for (const address of addresses) {
      const url = new URL(`${s3.url}/${process.env.TESSERA_BUCKET}/${address}`)
      expect(await download(await presignedUrl(url, {}, by))).toMatchObject({ status: 403, code: 'AccessDenied' })
    }
    expect((await files(theirs).get('imports', key)).toString()).toBe(CSV)
  })

  test('every key without a tenant', async () => {
    const key = await files().put('imports', 'x', CSV, 'text/csv')
    const by = {
      region: String(process.env.AWS_REGION),
      credentials: await credentialsFor(undefined, meter()),
      at: new Date(),
      seconds: 60,
    }
    const url = new URL(`${s3.url}/${process.env.TESSERA_BUCKET}/imports/${ours}/${key}`)
    expect(await download(await presignedUrl(url, {}, by))).toMatchObject({ status: 403, code: 'AccessDenied' })
  })

  test('what the contract does not name: other areas, and writing where it reads', async () => {
    // @ts-expect-error: the compiler refuses it first.
    await expect(files().put('exports', 'x', CSV, 'text/csv')).rejects.toMatchObject({ name: 'AccessDenied' })
    // @ts-expect-error: the compiler refuses it first.
    await expect(files().remove('exports', `${newId('fil')}/x`)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

test('a key that this product never made is nowhere, and reaches no other place', async () => {
  for (const key of ['', 'x', `../${theirs}/${newId('fil')}/x`, `${newId('fil')}/..`, `${newId('fil')}/a/b`, `${newId('fil')}/a?b`])
    await expect(files().head('imports', key)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test.each([0, -1, 901, Number.NaN])('nothing is handed out for %d seconds', async (expiresInSeconds) => {
  await expect(files().downloadUrl('imports', `${newId('fil')}/x`, { fileName: 'x', expiresInSeconds })).rejects.toThrow(
    'at most 900 seconds',
  )
})
