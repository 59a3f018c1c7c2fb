import { creates } from '../../shared/resource/verbs.ts'
import { definePermissions } from '../access/door.ts'
import { createResourceType } from './contract.ts'
import { makeType, permissionsOf, resourceTypes, toType, typeIdOf } from './resource-type.ts'

export const handler = creates(
  createResourceType,
  resourceTypes,
  async ({ body, tenant, now }) => {
    const [removed, defined] = await Promise.all([
      tenant.get(resourceTypes, typeIdOf(body.type)),
      definePermissions(tenant, permissionsOf(body), now),
    ])
    return { ...makeType(tenant.id, body, removed, now), alongside: defined }
  },
  toType,
)
