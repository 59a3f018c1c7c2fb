import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Opens a server on this machine alone; gives its port, which 0 leaves to the system. Rejects when the port cannot be had. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** Ends its connections too, for some are kept open by whoever called. */
export async function shut(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
