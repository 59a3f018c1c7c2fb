import { canonicalJson } from './canonical.ts'
import { type Hash, leafHash } from './tree.ts'

/** An entry as it stands in the table, in DynamoDB's own notation, without what only finds it: bytes are base64. */
export type StoredForm = Readonly<Record<string, unknown>>

/** Is it the entry of this id? */
export const isCalled = ({ id }: StoredForm, name: string) => (id as { S?: unknown } | undefined)?.S === name

/** The leaf of an entry: over what is stored and over nothing that is inside what is sealed, so that it outlives the keys of persons. */
export const leafOf = (form: StoredForm): Hash => leafHash(Buffer.from(canonicalJson(form)))
