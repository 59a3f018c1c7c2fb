import { type AddressInfo, createServer, type Server } from 'node:net'
import { Occupied } from './patience.ts'
import { holderOf } from './processes.ts'
import type { Ports } from './types.ts'

/** What answers on each port, in the order they are counted from the base. */
const parts: [keyof Ports, string][] = [
  ['api', 'the API'],
  ['login', 'the hosted login'],
  ['inbox', 'the inbox'],
  ['aws', 'the AWS endpoint'],
  ['dynamodb', 'DynamoDB Local'],
  ['s3', 'S3'],
]

/** Six ports in a row: 3000 gives 3000 to 3005. */
export function portsFrom(base: number): Ports {
  if (!Number.isInteger(base) || base < 1024 || base > 65_530) {
    throw new Error(`TESSERA_PORT must be a whole number from 1024 to 65530, the first of six ports, not ${base}.`)
  }
  return { api: base, login: base + 1, inbox: base + 2, aws: base + 3, dynamodb: base + 4, s3: base + 5 }
}

/** Six ports that nobody uses at the moment. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(parts.map(() => listen(0)))
  const [api = 0, login = 0, inbox = 0, aws = 0, dynamodb = 0, s3 = 0] = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(close))
  return { api, login, inbox, aws, dynamodb, s3 }
}

/** Throws `Occupied`, naming port, part and whoever holds it, when one of the ports is in use. */
export async function checkPorts(ports: Ports): Promise<void> {
  for (const [part, name] of parts) {
    const server = await listen(ports[part]).catch((error: unknown) => {
      throw complaint(error, ports, part, name)
    })
    await close(server)
  }
}

function complaint(error: unknown, ports: Ports, part: keyof Ports, name: string): Error {
  const { code } = error as NodeJS.ErrnoException
  const what = code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${code})`
  const elsewhere = ports.api >= 4000 && ports.api < 4006 ? 5000 : 4000
  const holder = holderOf(ports[part])
  const held = holder ? `\nIt is held by ${holder}.` : ''
  return new Occupied(
    `Port ${ports[part]}, wanted for ${name}, ${what}. End what uses it, or take others:\n  TESSERA_PORT=${elsewhere} npm start${held}`,
  )
}

function listen(port: number): Promise<Server> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
