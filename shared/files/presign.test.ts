import { expect, test } from '@jest/globals'
import { policySignature, presignedFields, presignedUrl } from './presign.ts'

// Keys, requests and signatures of the examples in "Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference.
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const at = (time: string, seconds: number) => ({ region: 'us-east-1', credentials, at: new Date(time), seconds })

test("an address is signed as the manual's", async () => {
  const url = await presignedUrl(new URL('https://examplebucket.s3.amazonaws.com/test.txt'), {}, at('2013-05-24T00:00:00Z', 86_400))
  const [place, query] = url.split('?')
  expect(place).toBe('https://examplebucket.s3.amazonaws.com/test.txt')
  expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
    'X-Amz-Date': '20130524T000000Z',
    'X-Amz-Expires': '86400',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  })
})

test("a form's policy is signed as the manual's", async () => {
  const policy = [
    'eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwN',
    'CiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJl',
    'Y3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250',
    'ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24i',
    'OiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VY',
    'QU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16',
    'LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9',
  ].join('')
  expect(await policySignature(policy, at('2015-12-29T00:00:00Z', 900))).toBe(
    '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
  )
})

test('a form takes the fields that were signed, within the bytes that were signed, and ends', async () => {
  const by = { ...at('2026-01-01T00:00:00Z', 300), credentials: { ...credentials, sessionToken: 'token' } }
  const { policy = '', ...fields } = await presignedFields(
    { bucket: 'b', fields: { key: 'k', 'Content-Type': 'text/csv' }, maxBytes: 10 },
    by,
  )
  expect(JSON.parse(Buffer.from(policy, 'base64').toString())).toEqual({
    expiration: '2026-01-01T00:05:00.000Z',
    conditions: [
      { bucket: 'b' },
      { key: 'k' },
      { 'Content-Type': 'text/csv' },
      { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
      { 'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request' },
      { 'x-amz-date': '20260101T000000Z' },
      { 'x-amz-security-token': 'token' },
      ['content-length-range', 1, 10],
    ],
  })
  expect(fields).toMatchObject({ key: 'k', 'Content-Type': 'text/csv', 'x-amz-security-token': 'token' })
})
