import { permissionCreated } from '../../events/access.ts'
import { knownPermissions } from '../../shared/access/known-permissions.ts'
import { isOurs, isOwn, resourceIn } from '../../shared/access/permission-names.ts'
import { problem } from '../../shared/errors.ts'
import { newId } from '../../shared/ids.ts'
import { type Change, created, entity, type Versioned } from '../../shared/store/entity.ts'
import { guardKey } from '../../shared/store/keys.ts'
import { check, put, type Write } from '../../shared/store/writes.ts'
import { PERMISSION_UNKNOWN } from './problems.ts'

/** A permission of an organization's own: something that its own applications ask about, and that nothing here does. */
export interface Permission extends Versioned {
  name: string
  displayName?: string | undefined
  description: string
  category: string
}

const NAMES = 'PERMISSION_NAME'

export const permissions = entity<Permission>({
  name: 'PERMISSION',
  all: true,
  guards: { [NAMES]: { of: ({ name }) => name, conflict: 'NAME_TAKEN' } },
  label: ({ name }) => name,
})

export type PermissionFields = Pick<Permission, 'name' | 'displayName' | 'description'> & { category?: string | undefined }

/** Throws `NAME_TAKEN` for what is the product's, now or as soon as it asks for another action on a resource that it knows. */
export function makePermission(organizationId: string, fields: PermissionFields, at: string): Change<Permission> {
  const { name } = fields
  const message = `What concerns ${resourceIn(name)} is the product’s own to permit. Choose another resource.`
  if (!isOwn(name)) throw problem('NAME_TAKEN', { message })
  return created<Permission>(
    { id: newId('prm', Date.parse(at)), organizationId, ...fields, category: fields.category ?? resourceIn(name) },
    { event: permissionCreated, at },
  )
}

/** From its first permission on, all of a resource can be spoken of: `invoices:*`. */
export const nameAll = ({ organizationId, name }: Permission): Write =>
  put(guardKey(organizationId, NAMES, `${resourceIn(name)}:*`), { owner: name })

const unknown = (name: string) => ({
  ...PERMISSION_UNKNOWN,
  message: `There is no permission ${name}. GET /api/v1/permissions lists them; POST /api/v1/permissions adds one of your own.`,
})

/** Each of these exists, as one of the product or of the organization at the moment of the write: `PERMISSION_UNKNOWN` otherwise. */
export function requirePermissions(organizationId: string, names: readonly string[]): Write[] {
  const missing = names.find((name) => !isOurs(name) && !isOwn(name))
  if (missing) throw problem(unknown(missing))
  const own = [...new Set(names)].filter(isOwn)
  return own.map((name) => check(guardKey(organizationId, NAMES, name), { expression: 'attribute_exists(pk)' }, unknown(name)))
}

const shown = { id: null, displayName: null, isSystem: true, createdAt: null }

/** Those of the product, as they are listed. */
export const productPermissions = Object.entries(knownPermissions).map(([name, description]) => ({
  ...shown,
  name,
  description,
  category: resourceIn(name),
}))

export const toPermission = ({ id, name, displayName, description, category, createdAt }: Permission) => ({
  id,
  name,
  displayName: displayName ?? null,
  description,
  category,
  isSystem: false,
  createdAt,
})
