import { deviceAppeared } from '../../events/identity.ts'
import type { Person } from '../../shared/identity/person.ts'
import { deviceKey } from '../../shared/store/keys.ts'
import { put, signal, type Write } from '../../shared/store/writes.ts'
import { hashOf, newToken } from '../../shared/tokens.ts'

const MOST_DEVICES = 20

/** `DEVICE#<hash>` / ITEM: a device that signed in before, known by a token it keeps; half a year since it last did. */
export interface KnownDevice {
  personId: string
  /** The credentials it signed in with; once the person has others, it is a stranger again. */
  epoch: number
  expiresAt: string
}

const REMEMBERED_MS = 180 * 86_400_000

/** Remembers a device by a new token. */
export function rememberDevice(personId: string, epoch: number, now: string): { token: string; write: Write } {
  const token = newToken()
  const expiresAt = new Date(Date.parse(now) + REMEMBERED_MS).toISOString()
  const known = { personId, epoch, expiresAt } satisfies KnownDevice
  return { token, write: put(deviceKey(hashOf(token)), known, undefined, 'CONFLICT', expiresAt) }
}

/** The devices that are remembered, where this one is not among them yet. */
export function devicesWith({ devices = [] }: Person, device: string): Partial<Person> {
  return devices.includes(device) ? {} : { devices: [device, ...devices].slice(0, MOST_DEVICES) }
}

/** Nobody is told of the very first device. */
export const appearance = ({ id, devices = [] }: Person, device: string): Write[] =>
  devices.length === 0 || devices.includes(device)
    ? []
    : [signal({ event: deviceAppeared, aggregate: { type: 'user', id }, data: { userId: id, device } })]
