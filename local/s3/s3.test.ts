import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { signerFor } from '../../shared/aws-call.ts'
import { account, deploymentOf, lambdaTrust, policy, region, resource } from '../aws/test-deployment.ts'
import { createIam } from '../iam/iam.ts'
import { createCredentials } from '../sts/credentials.ts'
import type { Resource } from '../types.ts'
import { type LocalS3, startS3 } from './s3.ts'

const ORIGIN = 'https://app.example.com'
const roleArn = `arn:aws:iam::${account}:role/reader`
const corsRules = [
  {
    AllowedOrigins: [ORIGIN],
    AllowedMethods: ['POST', 'GET'],
    AllowedHeaders: ['x-*', 'content-type'],
    ExposedHeaders: ['ETag'],
    MaxAge: 3600,
  },
]
const may = (effect: string, action: string, path: string, more: object = {}) =>
  policy({ Effect: effect, Action: action, Resource: `arn:aws:s3:::files/${path}`, ...more })
const deployment = {
  ...deploymentOf([
    resource('AWS::S3::Bucket', 'files', { CorsConfiguration: { CorsRules: corsRules } }),
    resource('AWS::S3::BucketPolicy', 'of-files', {
      Bucket: 'files',
      PolicyDocument: may('Deny', 's3:*', 'secret/*', { Principal: { AWS: '*' } }),
    }),
    resource('AWS::IAM::Role', 'reader', {
      AssumeRolePolicyDocument: lambdaTrust,
      Policies: [{ PolicyName: 'p', PolicyDocument: may('Allow', 's3:GetObject', '*') }],
    }),
  ]),
  attribute: ({ type, ref }: Resource) => (type === 'AWS::S3::Bucket' ? `arn:aws:s3:::${ref}` : `arn:aws:iam::${account}:role/${ref}`),
}
const iam = createIam(deployment)
const credentials = createCredentials({ account, iam })
const dataDir = mkdtempSync(join(tmpdir(), 's3-'))
const lines: string[] = []
let s3: LocalS3
const start = () => startS3({ deployment, port: 0, dataDir, credentials, iam, log: (part, line) => void lines.push(`${part}: ${line}`) })

beforeAll(async () => {
  s3 = await start()
})
afterAll(async () => {
  await s3.close()
  rmSync(dataDir, { recursive: true })
})
beforeEach(async () => void (await ask('PUT', 'a.txt', { body: '0123456789', headers: { 'content-type': 'text/plain' } })))

interface Options {
  body?: string
  headers?: Record<string, string>
  bucket?: string
  as?: ReturnType<typeof credentials.root>
}

/** A request signed in its header. */
async function ask(method: string, key: string, { body, headers = {}, bucket = 'files', as = credentials.root() }: Options = {}) {
  const url = new URL(`${s3.url}/${bucket}/${key}`)
  const unsigned = { method, protocol: 'http:', hostname: url.hostname, path: url.pathname, body, headers: { host: url.host, ...headers } }
  const signed = await signerFor('s3', region, as).sign(unsigned)
  const reply = await fetch(url, { method, headers: signed.headers, body: body === undefined ? null : Buffer.from(body) })
  const text = await reply.text()
  return { status: reply.status, text, code: /<Code>(.*)<\/Code>/.exec(text)?.[1], headers: Object.fromEntries(reply.headers) }
}

describe('an object', () => {
  test('is there as it was put, over a restart too', async () => {
    const there = {
      status: 200,
      text: '0123456789',
      headers: {
        'content-type': 'text/plain',
        'content-length': '10',
        etag: '"781e5e245d69b566979b86e28d23f2c7"',
        'accept-ranges': 'bytes',
      },
    }
    expect(await ask('GET', 'a.txt')).toMatchObject(there)
    expect(await ask('HEAD', 'a.txt')).toMatchObject({ ...there, text: '' })
    await s3.close()
    s3 = await start()
    expect(await ask('GET', 'a.txt')).toMatchObject(there)
  })
  test('is replaced whole, and what it was is gone from the disk', async () => {
    const before = readdirSync(join(dataDir, 'files')).length
    expect(await ask('PUT', 'a.txt', { body: 'new' })).toMatchObject({ status: 200 })
    expect(await ask('GET', 'a.txt')).toMatchObject({ text: 'new', headers: { 'content-type': 'binary/octet-stream' } })
    expect(readdirSync(join(dataDir, 'files'))).toHaveLength(before)
    expect(await ask('DELETE', 'a.txt')).toMatchObject({ status: 204 })
    expect(await ask('DELETE', 'a.txt')).toMatchObject({ status: 204 })
    expect(readdirSync(join(dataDir, 'files'))).toHaveLength(before - 2)
  })
  test('may be empty, and lie as deep as its key says', async () => {
    await ask('PUT', 'a/b/c', { body: '' })
    expect(await ask('GET', 'a/b/c')).toMatchObject({ status: 200, text: '' })
  })
  test('is not put with another content than was signed, and nothing is left of it', async () => {
    const before = readdirSync(join(dataDir, 'files'))
    const wrong = await ask('PUT', 'b.txt', { body: 'x', headers: { 'x-amz-content-sha256': 'a'.repeat(64) } })
    expect(wrong).toMatchObject({ status: 400, code: 'XAmzContentSHA256Mismatch' })
    expect(readdirSync(join(dataDir, 'files'))).toEqual(before)
  })
})

// RFC 9110, 14.1.2 and 13.1, as GetObject in the Amazon S3 API Reference takes them.
test.each<[Record<string, string>, number, string, string | undefined]>([
  [{ range: 'bytes=0-3' }, 206, '0123', 'bytes 0-3/10'],
  [{ range: 'bytes=7-' }, 206, '789', 'bytes 7-9/10'],
  [{ range: 'bytes=-2' }, 206, '89', 'bytes 8-9/10'],
  [{ range: 'bytes=8-99' }, 206, '89', 'bytes 8-9/10'],
  [{ range: 'lines=1-2' }, 200, '0123456789', undefined],
  [{ 'if-match': '"781e5e245d69b566979b86e28d23f2c7"' }, 200, '0123456789', undefined],
  [{ 'if-match': '*' }, 200, '0123456789', undefined],
  [{ 'if-none-match': '"other"' }, 200, '0123456789', undefined],
  [{ 'if-none-match': '"other", "781e5e245d69b566979b86e28d23f2c7"' }, 304, '', undefined],
])('asked with %j it answers %d %j', async (headers, status, text, range) => {
  const reply = await ask('GET', 'a.txt', { headers })
  expect([reply.status, reply.text, reply.headers['content-range']]).toEqual([status, text, range])
})

describe('refused is', () => {
  const reader = () => credentials.forRole(roleArn)
  test.each<[string, () => ReturnType<typeof ask>, number, string | undefined]>([
    ['a range beyond the end', () => ask('GET', 'a.txt', { headers: { range: 'bytes=10-' } }), 416, 'InvalidRange'],
    ['another content than is meant', () => ask('GET', 'a.txt', { headers: { 'if-match': '"other"' } }), 412, 'PreconditionFailed'],
    ['what is not there', () => ask('GET', 'nothing'), 404, 'NoSuchKey'],
    ['the same to whoever may not list', () => ask('GET', 'nothing', { as: reader() }), 403, 'AccessDenied'],
    ['an unknown bucket', () => ask('GET', 'x', { bucket: 'other' }), 404, 'NoSuchBucket'],
    ['what no policy allows', () => ask('PUT', 'a.txt', { body: 'x', as: reader() }), 403, 'AccessDenied'],
    ["what the bucket's policy denies", () => ask('GET', 'secret/x', { as: reader() }), 403, 'AccessDenied'],
    ['a key that is too long', () => ask('PUT', 'k'.repeat(1025), { body: 'x' }), 400, 'KeyTooLongError'],
    ['a list', () => ask('GET', ''), 501, 'NotImplemented'],
    ['what is not answered here', () => ask('PATCH', 'a.txt'), 501, 'NotImplemented'],
    ['a HEAD, without words', () => ask('HEAD', 'nothing'), 404, undefined],
  ])('%s', async (_, asked, status, code) => {
    const reply = await asked()
    expect([reply.status, reply.code]).toEqual([status, code])
  })
  test('with a line in the log that says why', async () => {
    await ask('PUT', 'a.txt', { body: 'x', as: reader() })
    expect(lines.at(-1)).toBe(
      'iam: denied: reader s3:PutObject on arn:aws:s3:::files/a.txt because no identity-based policy allows the s3:PutObject action',
    )
  })
})

describe('a browser', () => {
  const preflight = async (headers: Record<string, string>) => {
    const reply = await fetch(`${s3.url}/files`, { method: 'OPTIONS', headers })
    return [reply.status, reply.headers.get('access-control-allow-origin'), reply.headers.get('access-control-allow-headers')]
  }
  test.each<[string, Record<string, string>, unknown[]]>([
    ['POST', { 'access-control-request-headers': 'Content-Type, x-test' }, [200, ORIGIN, 'content-type, x-test']],
    ['POST', {}, [200, ORIGIN, null]],
    ['POST', { 'access-control-request-headers': 'authorization' }, [403, null, null]],
    ['DELETE', {}, [403, null, null]],
    ['POST', { origin: 'https://other.example.com' }, [403, null, null]],
  ])('that wants to send %s %j hears %j', async (method, headers, heard) => {
    expect(await preflight({ origin: ORIGIN, 'access-control-request-method': method, ...headers })).toEqual(heard)
  })
  test('of an origin that is let in may read answers and failures', async () => {
    const told = (await fetch(`${s3.url}/files/a.txt`, { headers: { origin: ORIGIN } })).headers
    expect(['access-control-allow-origin', 'access-control-expose-headers'].map((name) => told.get(name))).toEqual([ORIGIN, 'ETag'])
    expect((await ask('GET', 'a.txt')).headers).not.toHaveProperty('access-control-allow-origin')
  })
})

describe('a form', () => {
  async function post(
    fields: Record<string, string>,
    conditions: unknown[] = Object.entries(fields).map(([name, value]) => ({ [name]: value })),
  ) {
    const { accessKeyId, sessionToken } = credentials.root()
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const credential = `${accessKeyId}/${date.slice(0, 8)}/${region}/s3/aws4_request`
    const signed = {
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': credential,
      'x-amz-date': date,
      'x-amz-security-token': sessionToken,
    }
    const all = [...conditions, ...Object.entries(signed).map(([name, value]) => ({ [name]: value }))]
    const policyText = Buffer.from(JSON.stringify({ expiration: '2099-01-01T00:00:00Z', conditions: all })).toString('base64')
    const signature = await signerFor('s3', region, credentials.root()).sign(policyText)
    const body = new FormData()
    for (const [name, value] of Object.entries({ ...fields, ...signed, policy: policyText, 'x-amz-signature': signature }))
      body.append(name, value)
    body.append('file', new Blob(['content']))
    const reply = await fetch(`${s3.url}/files`, { method: 'POST', body })
    const text = await reply.text()
    return { status: reply.status, text, code: /<Code>(.*)<\/Code>/.exec(text)?.[1], location: reply.headers.get('location') }
  }
  test.each([
    [undefined, 204],
    ['200', 200],
    ['201', 201],
    ['302', 204],
  ])('that asks for %s is answered %d, with the place of the object', async (asked, status) => {
    const fields: Record<string, string> = { key: 'form.txt', ...(asked ? { success_action_status: asked } : {}) }
    const reply = await post(fields)
    expect([reply.status, reply.location]).toEqual([status, `${s3.url}/files/form.txt`])
    if (status === 201) expect(reply.text).toContain('<PostResponse><Location>')
    expect((await ask('GET', 'form.txt')).text).toBe('content')
  })
  test.each([
    ['no key', {}, 400, 'InvalidArgument'],
    ['a redirect', { key: 'x', success_action_redirect: 'https://x.example' }, 501, 'NotImplemented'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own variable.
    ['a name to be put in', { key: 'x/${filename}' }, 501, 'NotImplemented'],
  ])('with %s is refused', async (_, fields, status, code) => {
    expect(await post(fields as Record<string, string>)).toMatchObject({ status, code })
  })
})
