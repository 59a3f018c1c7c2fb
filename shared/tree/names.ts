import type { Guard, Versioned } from '../store/entity.ts'
import { hashOf } from '../tokens.ts'

/** Names are compared as people do: without regard to case, by which one letter may be two, and to how a character is composed. */
export const foldName = (name: string) => name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')

/** No two nodes right under the same one are called alike; a removed one frees its name. */
export const amongSiblings: Guard<Versioned & { name: string; parentId?: string | undefined }> = {
  of: ({ parentId = '', name, deletedAt }) => (deletedAt ? undefined : `${parentId}#${foldName(name)}`),
  hash: hashOf,
  conflict: 'NAME_TAKEN',
}
