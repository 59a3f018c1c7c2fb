import { mergePatch } from '../../shared/merge-patch.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { definePermissions } from '../access/door.ts'
import { updateResourceType } from './contract.ts'
import { editType, permissionsOf, resourceTypes, toType, typeFieldsOf } from './resource-type.ts'

export const handler = transitions(
  updateResourceType,
  resourceTypes,
  async (type, { body, tenant, now }) => {
    const change = editType(type, mergePatch(typeFieldsOf(type), body), now)
    return change && { ...change, alongside: await definePermissions(tenant, body.actions ? permissionsOf(change.after) : [], now) }
  },
  toType,
)
