import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { patiently } from './patience.ts'
import { checkPorts, freePorts, portsFrom } from './ports.ts'

const opened: Server[] = []
afterEach(() => {
  for (const server of opened.splice(0)) server.close()
})

async function occupy(port: number): Promise<void> {
  const server = createServer()
  opened.push(server)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
}

test('the ports are six in a row from the base', () => {
  expect(portsFrom(4000)).toEqual({ api: 4000, login: 4001, inbox: 4002, aws: 4003, dynamodb: 4004, s3: 4005 })
})

test.each([[80], [65_531], [3000.5], [Number.NaN]])('a base of %d is refused', (base) => {
  expect(() => portsFrom(base)).toThrow('TESSERA_PORT must be a whole number from 1024 to 65530')
})

describe('checking ports', () => {
  test('free ones pass, and stay free', async () => {
    const ports = await freePorts()
    await checkPorts(ports)
    await checkPorts(ports)
    expect(new Set(Object.values(ports)).size).toBe(6)
  })

  test('one in use is named with its part and a way out', async () => {
    const ports = await freePorts()
    await occupy(ports.inbox)
    const message = `Port ${ports.inbox}, wanted for the inbox, is in use. End what uses it, or take others:\n  TESSERA_PORT=4000 npm start`
    await expect(checkPorts(ports)).rejects.toThrow(message)
  })

  test('whoever holds it is named', async () => {
    const ports = await freePorts()
    await occupy(ports.api)
    await expect(checkPorts(ports)).rejects.toThrow(`It is held by process ${process.pid} (`)
  })

  test('one that is let go meanwhile is waited for, as an earlier stack that is about to end lets go of it', async () => {
    const ports = await freePorts()
    await occupy(ports.dynamodb)
    const looked = Promise.withResolvers<void>()
    const free = patiently(60_000, () => {
      looked.resolve()
      return checkPorts(ports)
    })
    await looked.promise
    for (const server of opened.splice(0)) server.close()
    await expect(free).resolves.toBeUndefined()
  })

  test('the way out is not the base that is in use', async () => {
    const ports = { ...(await freePorts()), api: 4000 }
    await occupy(ports.login)
    await expect(checkPorts(ports)).rejects.toThrow('TESSERA_PORT=5000')
  })
})
