import { mergePatch } from '../../shared/merge-patch.ts'
import { transitions } from '../../shared/resource/verbs.ts'
import { updateResource } from './contract.ts'
import { requireNoneGained, requirePlace, requireThere } from './places.ts'
import { edit, fieldsOf, resources, toResource } from './resource.ts'

export const handler = transitions(
  updateResource,
  resources,
  async (resource, call) => {
    const { body, access, now } = call
    const change = edit(resource, mergePatch(fieldsOf(resource), body), now)
    if (!change) return undefined
    await requireThere(access, updateResource.permission, change.after, resource)
    await requireNoneGained(call, resource, change.after)
    return { ...change, alongside: requirePlace(resource.organizationId, change.after, resource) }
  },
  toResource,
)
