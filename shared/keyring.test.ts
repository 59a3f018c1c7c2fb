import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { mac, seal, unseal, useKeyring } from './keyring.ts'

const SECRET = 'K'.repeat(64)

describe('keys of a secret', () => {
  beforeEach(() => useKeyring(SECRET))

  test('a mac is HMAC-SHA256 with the key that HKDF gives for its purpose', () => {
    const step = (key: Buffer, ...parts: (string | Buffer)[]) =>
      parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', key)).digest()
    const key = step(step(Buffer.alloc(32), SECRET), 'tessera/mac/mail', Buffer.from([1]))
    expect(mac('mail', 'ada@example.com')).toBe(createHmac('sha256', key).update('ada@example.com').digest('base64url'))
  })

  test('purposes do not share a mac, and installations neither', () => {
    const here = mac('mail', 'ada@example.com')
    expect(mac('code', 'ada@example.com')).not.toBe(here)
    useKeyring('L'.repeat(64))
    expect(mac('mail', 'ada@example.com')).not.toBe(here)
  })

  test('what was sealed opens for the same purpose and owner only', () => {
    const differs = fc.tuple(fc.string(), fc.string()).filter(([a, b]) => a !== b)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), differs, (text, [a, b]) => {
        const whole = text.toWellFormed()
        const sealed = seal(a, b, whole)
        expect(unseal(a, b, sealed)).toBe(whole)
        expect(() => unseal(b, b, sealed)).toThrow()
        expect(() => unseal(a, a, sealed)).toThrow()
      }),
    )
  })

  test('a sealed text with any bit changed does not open', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.integer({ min: 0, max: 7 }), (text, at, bit) => {
        const bytes = Buffer.from(seal('totp', 'usr_1', text), 'base64url')
        const index = at % bytes.length
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit)
        expect(() => unseal('totp', 'usr_1', bytes.toString('base64url'))).toThrow()
      }),
    )
  })

  test('neither a shortened nor a prolonged, nor any other text opens', () => {
    const sealed = seal('totp', 'usr_1', 'JBSWY3DPEHPK3PXP')
    for (let length = 0; length < sealed.length; length++) expect(() => unseal('totp', 'usr_1', sealed.slice(0, length))).toThrow()
    for (const more of ['A', '=', ' ', '!']) expect(() => unseal('totp', 'usr_1', sealed + more)).toThrow()
    fc.assert(fc.property(fc.string(), (text) => expect(() => unseal('totp', 'usr_1', text)).toThrow()))
  })

  test('the same text is sealed differently every time', () => {
    expect(seal('totp', 'usr_1', 'same')).not.toBe(seal('totp', 'usr_1', 'same'))
  })

  test('a secret that is too short is refused', () => {
    expect(() => useKeyring('short')).toThrow('at least 32 characters')
  })
})

describe('opening the keyring', () => {
  const before = { ...process.env }
  let server: Server
  let answers: [status: number, body: unknown][]
  let asked: string[]

  beforeEach(async () => {
    jest.resetModules()
    ;[answers, asked] = [[], []]
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        asked.push(`${request.headers['x-amz-target']} ${body}`)
        const [status, reply] = answers.shift() ?? [200, { SecretString: SECRET }]
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(reply))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      TESSERA_KEYRING: 'arn:keyring',
    })
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    process.env = { ...before }
  })

  test('whoever uses the keyring unopened is told what to declare', async () => {
    const keyring = await import('./keyring.ts')
    expect(() => keyring.mac('mail', 'text')).toThrow('keyring: true')
    expect(() => keyring.seal('totp', 'usr_1', 'text')).toThrow('keyring: true')
    expect(() => keyring.unseal('totp', 'usr_1', 'A'.repeat(40))).toThrow('keyring: true')
  })

  test('the secret is fetched once, however many ask at once or later', async () => {
    const keyring = await import('./keyring.ts')
    await Promise.all([keyring.openKeyring(), keyring.openKeyring()])
    await keyring.openKeyring()
    expect(asked).toEqual(['secretsmanager.GetSecretValue {"SecretId":"arn:keyring"}'])
    useKeyring(SECRET)
    expect(keyring.mac('mail', 'text')).toBe(mac('mail', 'text'))
  })

  test.each([
    ['a refusal', [400, { __type: 'AccessDeniedException', message: 'no' }]],
    ['a secret without text', [200, {}]],
  ] as const)('%s is a temporary failure, and the next request tries again', async (_, answer) => {
    answers.push([...answer])
    const keyring = await import('./keyring.ts')
    await expect(keyring.openKeyring()).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 })
    await keyring.openKeyring()
    expect(asked).toHaveLength(2)
  })
})
