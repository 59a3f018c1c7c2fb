import type { Key } from './keys.ts'
import type { Item, Table } from './table.ts'

/** One strongly consistent batch of what is asked for by name; a name without a key is not read, and what is not there is left out. */
export async function readNamed<N extends string>(
  table: Pick<Table, 'read'>,
  keys: Readonly<Partial<Record<N, Key | undefined>>>,
): Promise<Partial<Record<N, Item>>> {
  const wanted = (Object.entries(keys) as [N, Key | undefined][]).filter((entry): entry is [N, Key] => entry[1] !== undefined)
  const items = await table.read(wanted.map(([, key]) => key))
  return Object.fromEntries(wanted.flatMap(([name], n) => (items[n] ? [[name, items[n]]] : []))) as Partial<Record<N, Item>>
}
