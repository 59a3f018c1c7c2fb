import { entity } from '../../shared/store/entity.ts'
import type { User } from './user.ts'

export const users = entity<User>({
  name: 'USER',
  indexes: ({ id, deletedAt }) => (deletedAt ? {} : { g1: ['USERS', id] }),
  label: ({ firstName, lastName }) => `${firstName} ${lastName}`,
})
