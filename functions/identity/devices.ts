import { deviceAppeared } from '../../events/identity.ts'
import { signal, type Write } from '../../shared/store/writes.ts'
import type { Person } from './person.ts'

const MOST_DEVICES = 20

/** The devices that are remembered, where this one is not among them yet. */
export function devicesWith({ devices = [] }: Person, device: string): Partial<Person> {
  return devices.includes(device) ? {} : { devices: [device, ...devices].slice(0, MOST_DEVICES) }
}

/** Nobody is told of the very first device. */
export const appearance = ({ id, devices = [] }: Person, device: string): Write[] =>
  devices.length === 0 || devices.includes(device)
    ? []
    : [signal({ event: deviceAppeared, aggregate: { type: 'user', id }, data: { userId: id, device } })]
