import { histories } from '../../shared/resource/verbs.ts'
import { listOrganizationHistory } from './contract.ts'
import { organizations } from './organization-store.ts'

export const handler = histories(listOrganizationHistory, organizations)
