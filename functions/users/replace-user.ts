import { serve } from '../../shared/serve/serve.ts'
import { replaceUser } from './contract.ts'
import { commitDetails } from './edit-user.ts'
import { users } from './user-store.ts'

/** What a replacement leaves out is emptied, and what it holds is taken whole: a null inside of it is a value. */
export const handler = serve(replaceUser, { resource: users }, (call) => {
  const { phone, department, profileImage, employmentEquity, locale, preferences, metadata, ...named } = call.body
  const fields = { phone, department, profileImage, employmentEquity, locale }
  const given = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, value]])),
  )
  return commitDetails(call, call.resource, { ...named, ...given, preferences: preferences ?? {}, metadata: metadata ?? {} })
})
