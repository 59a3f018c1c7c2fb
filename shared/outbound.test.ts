import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { outbound } from './outbound.ts'
import { isLoopbackAddress, isPublicAddress } from './outbound-address.ts'
import { callUnder, type OutboundRules } from './outbound-call.ts'

describe('addresses', () => {
  test.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254', '169.254.169.254', '169.254.170.2'],
    ...['172.16.0.1', '172.31.255.255', '192.0.0.192', '192.168.1.1', '198.18.0.1', '224.0.0.1', '239.255.255.255', '255.255.255.255'],
    ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '64:ff9b:1::a00:1'],
    ...['2002:7f00:1::', '2002:a9fe:a9fe::1', '2001:0:1::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1'],
    ...['2001:db8::1', '100::1', '3fff::1', '', 'localhost', '127.1', '0x7f000001', '2130706433'],
  ])('%s is not called', (address) => expect(isPublicAddress(address)).toBe(false))

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s is', (address) => expect(isPublicAddress(address)).toBe(true))

  test('this machine is known by its loopback alone', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopbackAddress)).toBe(true)
    expect(['10.0.0.1', '0.0.0.0', '169.254.169.254', '::', '::ffff:127.0.0.1', 'localhost', ''].some(isLoopbackAddress)).toBe(false)
  })
})

test.each([
  ['http://example.com', 'url'],
  ['file:///etc/passwd', 'url'],
  ['https://ada:secret@example.com', 'url'],
  ['nothing', 'url'],
  ['https://127.0.0.1', 'address'],
  ['https://[::1]', 'address'],
  ['https://[::ffff:169.254.169.254]', 'address'],
  ['https://2130706433', 'address'],
  ['https://0x7f.1', 'address'],
  ['https://0177.0.0.1', 'address'],
])('%s is refused for its %s', async (url, because) => {
  await expect(outbound(url)).rejects.toMatchObject({ because })
})

describe('on the stage of this machine', () => {
  beforeEach(() => {
    process.env.TESSERA_OUTBOUND = 'loopback'
  })
  afterEach(() => {
    delete process.env.TESSERA_OUTBOUND
  })

  test('what runs beside the product is called, without TLS too; its network is not', async () => {
    const server = createServer((_, response) => response.end('beside'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      expect((await outbound(url)).body.toString()).toBe('beside')
      delete process.env.TESSERA_OUTBOUND
      await expect(outbound(url)).rejects.toMatchObject({ because: 'url' })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test.each(['http://10.0.0.1', 'http://169.254.169.254', 'https://[fd00::1]'])('%s is refused all the same', async (url) => {
    await expect(outbound(url)).rejects.toMatchObject({ because: 'address' })
  })
})

describe('a request', () => {
  type Answer = (request: IncomingMessage, response: ServerResponse) => void
  let server: Server
  let port: number
  let answer: Answer
  let seen: { url: string; method: string; headers: IncomingMessage['headers'] }[]
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push({ url: request.url ?? '', method: request.method ?? '', headers: request.headers })
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    seen = []
    answer = (_, response) => response.end('fine')
  })

  const names: Record<string, string[]> = {
    'good.test': ['127.0.0.1'],
    'other.test': ['127.0.0.1'],
    'mixed.test': ['127.0.0.1', '10.0.0.1'],
  }
  /** The loopback stands for the internet here. */
  const rules: OutboundRules = {
    resolve: async (host) => names[host] ?? [],
    isAllowed: (address) => address === '127.0.0.1',
    allowHttp: true,
  }
  const at = (host: string, path = '/') => `http://${host}:${port}${path}`
  const redirect = (location: string, status = 307): Answer => {
    return ({ url }, response) => {
      if (url === '/') response.writeHead(status, { location }).end()
      else response.end('landed')
    }
  }

  test('reaches the host by its name, on the address that was vetted', async () => {
    const reply = await callUnder(rules, at('good.test'), {}, {})
    expect([reply.status, reply.body.toString(), seen[0]?.headers.host]).toEqual([200, 'fine', `good.test:${port}`])
  })

  test('is not made where one of the addresses of a name is inside', async () => {
    await expect(callUnder(rules, at('mixed.test'), {}, {})).rejects.toMatchObject({ because: 'address' })
    expect(seen).toEqual([])
  })

  test('asks for a name once a hop, so that a second answer (rebinding) leads nowhere', async () => {
    let asked = 0
    const rebinding = { ...rules, resolve: async () => (asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.1']) }
    await callUnder(rebinding, at('good.test'), {}, {})
    expect([asked, seen.length]).toEqual([1, 1])
    answer = redirect('/again')
    asked = 0
    await expect(callUnder(rebinding, at('good.test'), {}, {})).rejects.toMatchObject({ because: 'address' })
    expect(seen.map(({ url }) => url)).toEqual(['/', '/'])
  })

  test.each(['http://169.254.169.254/latest', 'http://[::1]/', 'http://10.0.0.1/'])('is not led to %s', async (location) => {
    answer = redirect(location)
    await expect(callUnder(rules, at('good.test'), {}, {})).rejects.toMatchObject({ because: 'address' })
  })

  test('is not led to another scheme, nor to a URL with a password', async () => {
    for (const location of ['file:///etc/passwd', 'gopher://x', `http://a:b@good.test:${port}/`]) {
      answer = redirect(location)
      await expect(callUnder(rules, at('good.test'), {}, {})).rejects.toMatchObject({ because: 'url' })
    }
  })

  test('takes no credentials to another origin, and keeps them at its own', async () => {
    const request = { headers: { Authorization: 'Bearer secret', 'X-Api-Key': 'secret', Cookie: 'a=b', Accept: 'text/plain' } }
    answer = redirect('/same')
    await callUnder(rules, at('good.test'), request, {})
    expect(seen[1]?.headers).toMatchObject({ authorization: 'Bearer secret', 'x-api-key': 'secret' })
    seen = []
    answer = redirect(at('other.test', '/there'))
    const reply = await callUnder(rules, at('good.test'), request, {})
    expect(reply.url).toBe(at('other.test', '/there'))
    expect(JSON.stringify(seen[1]?.headers)).not.toMatch(/secret|a=b/)
    expect(seen[1]?.headers.accept).toBe('text/plain')
  })

  test('changes its method after a redirect as RFC 9110 says', async () => {
    for (const [status, method] of [
      [302, 'GET'],
      [303, 'GET'],
      [307, 'POST'],
      [308, 'POST'],
    ] as const) {
      seen = []
      answer = redirect('/next', status)
      await callUnder(rules, at('good.test'), { method: 'POST', body: 'x' }, {})
      expect(seen[1]?.method).toBe(method)
    }
  })

  test('ends a circle of redirects, an endless answer, and one that never comes', async () => {
    answer = (_, response) => response.writeHead(302, { location: '/' }).end()
    await expect(callUnder(rules, at('good.test'), {}, { maxRedirects: 2 })).rejects.toMatchObject({ because: 'redirects' })
    expect(seen).toHaveLength(3)
    answer = (_, response) => response.end('x'.repeat(1_001))
    await expect(callUnder(rules, at('good.test'), {}, { maxBytes: 1_000 })).rejects.toMatchObject({ because: 'size' })
    answer = (_, response) => response.write('x')
    await expect(callUnder(rules, at('good.test'), {}, { timeoutMs: 50 })).rejects.toMatchObject({ because: 'time' })
    const stuck = { ...rules, resolve: () => new Promise<string[]>(() => undefined) }
    await expect(callUnder(stuck, at('good.test'), {}, { timeoutMs: 50 })).rejects.toMatchObject({ because: 'time' })
  })

  test('does not let its headers say whom it is for or how long it is', async () => {
    await callUnder(rules, at('good.test'), { headers: { Host: 'inside', 'Transfer-Encoding': 'chunked' } }, {})
    expect(seen[0]?.headers.host).toBe(`good.test:${port}`)
  })

  test('tells a host without address, and one that breaks off, as what they are', async () => {
    await expect(callUnder(rules, at('nowhere.test'), {}, {})).rejects.toMatchObject({ because: 'network' })
    answer = (_, response) => response.destroy()
    await expect(callUnder(rules, at('good.test'), {}, {})).rejects.toMatchObject({ because: 'network' })
  })
})
