/**
 * Kinds of files, each with how many days S3 keeps one: the closed list, which the bucket's expiry is made of. A file with a longer life than
 * the work that it is for gets an area of its own.
 */
export const AREAS = {
  /** What was put together for somebody to take away. */
  exports: { keptDays: 7 },
  /** What somebody brought, until it is worked in. */
  imports: { keptDays: 7 },
} as const satisfies Record<string, { keptDays: number }>
export type Area = keyof typeof AREAS

/** The bucket's policy lets no signature of a link or a form grow older. */
export const MAX_SECONDS = 900

/** The areas whose files a function hands out and reads, and those where it takes files in, stores and removes them. */
export interface FileNeeds {
  reads?: readonly Area[]
  writes?: readonly Area[]
}

/**
 * The only place where keys of the bucket are made: `exports/org_1/fil_1/users.csv`. The area stands first, because S3 expires by what keys
 * begin with, and knows no `*` there; the tenant is the next whole segment, on which the data role closes.
 */
export const objectKey = (area: Area, tenant: string, key: string) => `${areaPrefix(area)}${tenant}/${key}`
export const areaPrefix = (area: string) => `${area}/`

/** One statement of a data role: these operations, on objects like these. */
export interface FileGrant {
  actions: string[]
  keys: string[]
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: IAM puts the session's tenant tag in here.
const ownKeys = (areas: readonly Area[]) => [...new Set(areas)].toSorted().map((area) => objectKey(area, '${aws:PrincipalTag/tenant}', '*'))

/** What a function may do with the bucket: what its contract names. It never lists, so it learns of no file but by its key. */
export const fileGrants = ({ reads = [], writes = [] }: FileNeeds = {}): FileGrant[] => [
  ...(reads.length > 0 ? [{ actions: ['s3:GetObject'], keys: ownKeys(reads) }] : []),
  ...(writes.length > 0 ? [{ actions: ['s3:DeleteObject', 's3:PutObject'], keys: ownKeys(writes) }] : []),
]
