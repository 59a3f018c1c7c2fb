import { histories } from '../../shared/resource/verbs.ts'
import { listUserHistory } from './contract.ts'
import { users } from './user-store.ts'

export const handler = histories(listUserHistory, users)
