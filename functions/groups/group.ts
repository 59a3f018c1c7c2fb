import { groupCreated, groupDeleted, groupRolesChanged, groupUpdated } from '../../events/groups.ts'
import type { Assignment } from '../../shared/access/model.ts'
import { newId } from '../../shared/ids.ts'
import { type Change, changed, created, entity, type Versioned } from '../../shared/store/entity.ts'
import { type Key, tenantPartition } from '../../shared/store/keys.ts'
import { add, putNew, remove as removeItem, type Write } from '../../shared/store/writes.ts'
import { hashOf } from '../../shared/tokens.ts'
import { holdings } from '../users/door.ts'
import { GROUP_UNKNOWN, HAS_MEMBERS } from './problems.ts'

/** People of an organization who hold what the group was given. */
export interface Group extends Versioned {
  name: string
  description?: string | undefined
  /** What kind of group it is, in the organization's own words. */
  type?: string | undefined
  /** The groups above it, from the topmost, and itself at the end. */
  path: string[]
  assignments: Assignment[]
}

export interface GroupFields {
  name: string
  description?: string | undefined
  type?: string | undefined
}

/** Names are compared as people do: without regard to case and to how a character is composed. */
const fold = (name: string) => name.normalize('NFKC').toLowerCase()

export const groups = entity<Group>({
  name: 'GROUP',
  all: true,
  lists: { ROLE: ({ assignments }) => assignments.flatMap(({ roleId }) => roleId ?? []) },
  search: ({ name }) => [name],
  guards: {
    GROUP_NAME: {
      of: ({ path, name, deletedAt }) => (deletedAt ? undefined : `${path.at(-2) ?? ''}#${fold(name)}`),
      hash: hashOf,
      conflict: 'NAME_TAKEN',
    },
  },
  label: ({ name }) => name,
  access: { groupIds: ({ id }) => [id] },
  policy: ['path', 'assignments', 'deletedAt'],
})

export function makeGroup(organizationId: string, fields: GroupFields, at: string): Change<Group> {
  const id = newId('grp', Date.parse(at))
  return created<Group>({ id, organizationId, ...fields, path: [id], assignments: [] }, { event: groupCreated, at })
}

export const fieldsOf = ({ name, description, type }: Group): GroupFields => ({ name, description, type })

export function edit(group: Group, { name, description, type }: GroupFields, at: string): Change<Group> | undefined {
  if (name === group.name && description === group.description && type === group.type) return undefined
  return changed<Group>(group, { name, description, type }, { event: groupUpdated, at })
}

export const remove = (group: Group, at: string): Change<Group> => changed<Group>(group, { deletedAt: at }, { event: groupDeleted, at })

export const { give: giveGroup, take: takeFromGroup } = holdings<Group>(groupRolesChanged)

/** How many are in it, apart from the group, so that who comes and goes holds up nobody who changes it. */
const countKey = (organizationId: string, id: string): Key => ({ pk: tenantPartition(organizationId, 'GROUP', id), sk: 'MEMBERS' })

export const beginsCount = ({ organizationId, id }: Group): Write => putNew(countKey(organizationId, id), { count: 0 }, 'CONFLICT')

/** `GROUP_UNKNOWN` where the group is not there any more. */
export const counts = (organizationId: string, groupId: string, by: number): Write =>
  add(countKey(organizationId, groupId), 'count', by, { expression: 'attribute_exists(pk)' }, GROUP_UNKNOWN)

/** `HAS_MEMBERS` unless nobody is in it. */
export const endsCount = ({ organizationId, id }: Group): Write =>
  removeItem(
    countKey(organizationId, id),
    { expression: '#count = :none', names: { '#count': 'count' }, values: { ':none': 0 } },
    HAS_MEMBERS,
  )

export const toGroup = ({ assignments: _assignments, description, type, deletedAt, path, ...group }: Group) => ({
  ...group,
  description: description ?? null,
  type: type ?? null,
  parentId: path.at(-2) ?? null,
  path: [...path],
  deletedAt: deletedAt ?? null,
})
