import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { catalogue } from '../functions/catalogue.ts'
import type { Named } from '../shared/endpoint.ts'
import { AREAS, type FileNeeds } from '../shared/files/areas.ts'
import { allParts, partsOf } from './parts.ts'
import { createProduct } from './product.ts'
import { fileContext, readStage } from './stage.ts'
import { synthesizeProduct } from './test-product.ts'

const codeDir = mkdtempSync(join(tmpdir(), 'tessera-files-'))
afterAll(() => rmSync(codeDir, { recursive: true }))

const [first] = catalogue as readonly Named[]
if (!first) throw new Error('The catalogue is empty')
const name = partsOf([first], [], []).endpoints[0]?.name ?? ''
const withFiles = (files: FileNeeds) => partsOf([{ ...first, contract: { ...first.contract, files } }], [], [])
const prod = synthesizeProduct({ stage: 'prod' }, withFiles({ reads: ['imports', 'exports'], writes: ['imports'] }))
const [bucket] = prod.ofType('AWS::S3::Bucket')
const ofS3 = <S extends { Action: string | string[] }>(statements: S[]) =>
  statements.filter(({ Action }) => JSON.stringify(Action).includes('s3:'))
const keysOf = (resource: unknown) => [...JSON.stringify(resource).matchAll(/"\/([^"]+)"/g)].map(([, key]) => key)

describe('the bucket', () => {
  test('is one, closed to the public, encrypted, and without versions, so that what is gone is gone', () => {
    expect(prod.ofType('AWS::S3::Bucket')).toHaveLength(1)
    expect(bucket?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    })
    expect(bucket?.Properties).not.toHaveProperty('VersioningConfiguration')
  })
  test('forgets each area after its days, and half an upload after one', () => {
    const areas = Object.entries(AREAS).map(([area, { keptDays }]) => [`${area}/`, keptDays])
    const { Rules } = bucket?.Properties.LifecycleConfiguration as { Rules: Record<string, unknown>[] }
    expect(Rules.flatMap(({ Prefix, ExpirationInDays }) => (Prefix ? [[Prefix, ExpirationInDays]] : []))).toEqual(areas)
    expect(Rules).toContainEqual(expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }))
  })
  test('answers the browsers of the origins that the stage names, and no other', () => {
    expect(bucket?.Properties.CorsConfiguration).toMatchObject({
      CorsRules: [{ AllowedOrigins: readStage({ ...fileContext(), stage: 'prod' }).origins }],
    })
    const without = synthesizeProduct({ stage: 'prod', origins: '' }, partsOf([], [], []))
    expect(without.ofType('AWS::S3::Bucket')[0]?.Properties).not.toHaveProperty('CorsConfiguration')
  })
  test('refuses everybody an open connection, and a link or a form older than a quarter of an hour', () => {
    const { Statement } = prod.ofType('AWS::S3::BucketPolicy')[0]?.Properties.PolicyDocument as { Statement: unknown[] }
    const deny = (Condition: object) => expect.objectContaining({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Condition })
    expect(Statement).toEqual([
      deny({ Bool: { 'aws:SecureTransport': 'false' } }),
      deny({ NumericGreaterThan: { 's3:signatureAge': 900_000 } }),
    ])
  })
})

describe('a contract that names files', () => {
  test("gives its data role the areas of the session's tenant, to read those it reads and write those it writes", () => {
    const statements = ofS3(prod.statementsOf(prod.role(name, 'DataRole')))
    const own = (area: string) => `${area}/\${aws:PrincipalTag/tenant}/*`
    expect(statements.map(({ Action, Resource }) => [Action, keysOf(Resource)])).toEqual([
      ['s3:GetObject', [own('exports'), own('imports')]],
      [['s3:DeleteObject', 's3:PutObject'], [own('imports')]],
    ])
    expect(ofS3(prod.statementsOf(prod.role(name)))).toEqual([])
  })
  test('gives the function itself the areas of all tenants, where it has no data role', () => {
    const open = synthesizeProduct({ stage: 'prod', tenantCredentials: false }, withFiles({ reads: ['exports'] }))
    expect(ofS3(open.statementsOf(open.role(name))).map(({ Action, Resource }) => [Action, keysOf(Resource)])).toEqual([
      ['s3:GetObject', ['exports/*/*']],
    ])
  })
  test('gets a data role of its own', () => {
    const without = synthesizeProduct({ stage: 'prod' }, partsOf([first], [], []))
    expect(without.role(name, 'DataRole').id).not.toBe(prod.role(name, 'DataRole').id)
  })
  test.each(['true', 'false'])('passes what AWS advises, with tenant credentials %s', (tenantCredentials) => {
    const parts = withFiles({ reads: ['exports'], writes: ['imports'] })
    for (const part of allParts(parts)) {
      mkdirSync(join(codeDir, part.name), { recursive: true })
      writeFileSync(join(codeDir, part.name, 'index.js'), '')
    }
    const context = { ...fileContext(), stage: 'prod', tenantCredentials }
    const app = { outdir: join(codeDir, 'out', tenantCredentials), autoSynth: false, analyticsReporting: false, context }
    expect(() => createProduct({ stage: readStage(context), parts, codeDir, checked: true, app }).app.synth()).not.toThrow()
  })
})
